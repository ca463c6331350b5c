-- What only a person can decide, once the first migrations are applied: run before those of the next stage. No row is lost.
DO $decide$
BEGIN
    -- Figures of all tenants are for the operators, not for each user.
    IF pg_catalog.to_regclass('public.system_health_metrics') IS NOT NULL THEN
        REVOKE ALL ON public.system_health_metrics FROM anon, authenticated;
    END IF;
    -- A statement made of its arguments, with its owner's rights: the server alone may send that.
    IF pg_catalog.to_regproc('public.safe_increment_counter') IS NOT NULL THEN
        REVOKE ALL ON FUNCTION public.safe_increment_counter FROM PUBLIC, anon, authenticated;
        GRANT EXECUTE ON FUNCTION public.safe_increment_counter TO service_role;
    END IF;
    IF pg_catalog.to_regproc('public.cleanup_old_rate_limit_logs') IS NOT NULL THEN
        REVOKE ALL ON FUNCTION public.cleanup_old_rate_limit_logs FROM PUBLIC, anon, authenticated;
        GRANT EXECUTE ON FUNCTION public.cleanup_old_rate_limit_logs TO service_role;
    END IF;
END
$decide$;
