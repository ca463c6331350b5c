-- Gives the index $oid its name, and its parts on partitions the names that the server would choose.
declare
    part record;
begin
    execute pg_catalog.format('alter index %s rename to %I', $oid::pg_catalog.regclass, $name);
    for part in
        select x.indexrelid::pg_catalog.regclass as part, t.relname || '_' || (
                   select pg_catalog.string_agg(a.attname, '_' order by a.attnum)
                   from pg_catalog.pg_attribute a where a.attrelid = x.indexrelid) || '_idx' as name
        from pg_catalog.pg_partition_tree($oid) p
        join pg_catalog.pg_index x on x.indexrelid = p.relid and p.level > 0
        join pg_catalog.pg_class t on t.oid = x.indrelid
    loop
        begin
            execute pg_catalog.format('alter index %s rename to %I', part.part, part.name);
        exception when duplicate_table then
            null;   -- it keeps the name it has
        end;
    end loop;
end
