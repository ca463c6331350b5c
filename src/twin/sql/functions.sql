-- Helpers of the session that writes statistics.
create function pg_temp.base_type(given oid) returns oid language sql stable as $$
    with recursive t (oid, base) as (
        select y.oid, y.typbasetype from pg_catalog.pg_type y where y.oid = given
        union all
        select y.oid, y.typbasetype from t join pg_catalog.pg_type y on y.oid = t.base
    )
    select t.oid from t where t.base = 0
$$;

-- The operator of the type's default b-tree class: 1 <, 3 =.
create function pg_temp.default_operator(given oid, strategy int4) returns oid language sql stable as $$
    select o.amopopr
    from pg_catalog.pg_type y
    cross join lateral (values
        (y.oid, 1),
        (case when y.typname in ('varchar') and y.typnamespace = 'pg_catalog'::regnamespace then 'text'::regtype::oid end, 2),
        (case y.typtype when 'e' then 'anyenum'::regtype::oid when 'r' then 'anyrange'::regtype::oid end, 2),
        (case when y.typcategory = 'A' then 'anyarray'::regtype::oid end, 2)
    ) as as_type (oid, rank)
    join pg_catalog.pg_opclass c
        on c.opcintype = as_type.oid and c.opcdefault and c.opcmethod = (select m.oid from pg_catalog.pg_am m where m.amname = 'btree')
    join pg_catalog.pg_amop o
        on o.amopfamily = c.opcfamily and o.amoplefttype = c.opcintype and o.amoprighttype = c.opcintype and o.amopstrategy = strategy
    where y.oid = given
    order by as_type.rank
    limit 1
$$;

-- The type of the values in a slot of this kind.
create function pg_temp.value_type(kind int4, given oid) returns oid language sql stable as $$
    select case
        when kind = 4 and given = 'tsvector'::regtype then 'text'::regtype::oid
        when kind = 4 then (select nullif(y.typelem, 0) from pg_catalog.pg_type y where y.oid = given)
        when kind = 6 then 'float8'::regtype::oid
        when kind = 7 then coalesce((select r.rngtypid from pg_catalog.pg_range r
                                     where given <> r.rngtypid and given = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid), given)
        else given
    end
$$;

create function pg_temp.slot_operator(slot jsonb, given oid) returns oid language sql stable as $$
    select coalesce(
        pg_catalog.to_regoperator(slot ->> 'operator')::oid,
        case (slot ->> 'kind')::int4
            when 1 then pg_temp.default_operator(given, 3)
            when 2 then pg_temp.default_operator(given, 1)
            when 3 then pg_temp.default_operator(given, 1)
            when 4 then pg_temp.default_operator(pg_temp.value_type(4, given), 3)
            when 5 then pg_temp.default_operator(pg_temp.value_type(4, given), 3)
        end,
        0)
$$;

create function pg_temp.numbers(slot jsonb) returns float4[] language sql stable as $$
    select pg_catalog.array_agg(e.v::float4 order by e.n)
    from pg_catalog.jsonb_array_elements_text(slot -> 'numbers') with ordinality as e (v, n)
    where pg_catalog.jsonb_typeof(slot -> 'numbers') = 'array'
$$;

create function pg_temp.list(slot jsonb) returns text language sql stable as $$
    select pg_catalog.array_agg(e.v order by e.n)::text
    from pg_catalog.jsonb_array_elements_text(slot -> 'values') with ordinality as e (v, n)
    where pg_catalog.jsonb_typeof(slot -> 'values') = 'array'
$$;

-- 0 for a slot that says nothing here: its operator or its values are missing.
create function pg_temp.slot_kind(slot jsonb, operator oid) returns int2 language sql stable as $$
    select case
        when slot is null then 0
        when operator = 0 and (slot ->> 'kind')::int4 < 6 then 0
        when (slot ->> 'kind')::int4 in (1, 2, 4, 6, 7) and coalesce(pg_catalog.jsonb_typeof(slot -> 'values'), 'null') <> 'array' then 0
        else (slot ->> 'kind')::int2
    end
$$;
