-- from
create schema app;
create table app.node (id integer primary key, parent integer);
create recursive view app.tree (id, depth) as select id, 0 from app.node where parent is null union all select n.id, t.depth + 1 from app.node n join tree t on n.parent = t.id;

-- to
create schema app;
create table app.node (id integer primary key, parent integer);
create recursive view app.tree (id, depth, path) as select id, 0, array[id] from app.node where parent is null
  union all select n.id, t.depth + 1, t.path || n.id from app.node n join tree t on n.parent = t.id where not n.id = any (t.path);
