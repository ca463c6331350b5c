DO $backfill$
-- dbharden:backfill
--   table      public.t
--   key        id
--   set        v = t.n * 2
--   remaining  t.v IS NULL
DECLARE
    top record;
    done record;
    edge record;
BEGIN
    SELECT t.id INTO top FROM public.t AS t ORDER BY t.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- the first batch begins below the first row
    SELECT t.id INTO edge FROM public.t AS t WHERE t.id <= top.id ORDER BY t.id OFFSET 9999 LIMIT 1;
    IF NOT FOUND THEN
        edge := top;
    END IF;
    UPDATE public.t AS t SET v = t.n * 2 WHERE t.id <= edge.id AND (t.v IS NULL);
    COMMIT;
    WHILE edge.id < top.id LOOP
        done := edge;
        SELECT t.id INTO edge FROM public.t AS t WHERE t.id > done.id AND t.id <= top.id ORDER BY t.id OFFSET 9999 LIMIT 1;
        IF NOT FOUND THEN
            edge := top;
        END IF;
        UPDATE public.t AS t SET v = t.n * 2 WHERE t.id > done.id AND t.id <= edge.id AND (t.v IS NULL);
        COMMIT;
    END LOOP;
END
$backfill$;
