-- One row per text search configuration that users made, extensions' left out: which dictionaries, in order, see which kind of token.
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.cfgname as name,
    pg_catalog.pg_get_userbyid(c.cfgowner) as owner,
    pg_catalog.format('%I.%I', pn.nspname, p.prsname) as parser,
    (
        select coalesce(pg_catalog.json_object_agg(m.token, m.dictionaries), '{}')
        from (
            select
                k.alias as token,
                pg_catalog.json_agg(pg_catalog.format('%I.%I', dn.nspname, d.dictname) order by m.mapseqno) as dictionaries
            from pg_catalog.pg_ts_config_map m
            join pg_catalog.ts_token_type(c.cfgparser) as k on k.tokid = m.maptokentype
            join pg_catalog.pg_ts_dict d on d.oid = m.mapdict
            join pg_catalog.pg_namespace dn on dn.oid = d.dictnamespace
            where m.mapcfg = c.oid
            group by k.alias
        ) as m
    ) as mappings
from pg_catalog.pg_ts_config c
join pg_catalog.pg_namespace n on n.oid = c.cfgnamespace
join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser
join pg_catalog.pg_namespace pn on pn.oid = p.prsnamespace
where c.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
