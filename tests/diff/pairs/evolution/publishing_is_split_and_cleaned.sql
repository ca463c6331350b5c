-- expect: data-loss
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_editor') then create role pair_editor; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema cms;
create type cms.status as enum ('draft', 'review', 'published', 'deleted');
create table cms.users (id serial primary key, login varchar(30) not null, mail varchar(100), is_admin boolean default false, legacy_hash text);
create table cms.section (id serial primary key, name text unique, position integer);
create table cms.article (id serial primary key, section_id integer references cms.section, author_id integer references cms.users, title text, body text, status cms.status default 'draft', published_at timestamp, views integer default 0);
create table cms.revision (id serial primary key, article_id integer references cms.article, body text, at timestamp default now());
create table cms.comment (id serial primary key, article_id integer references cms.article, body text, mail text);
create table cms.image (id serial primary key, article_id integer references cms.article, path text, width integer, height integer);
create table cms.tag (name text primary key);
create table cms.article_tag (article_id integer references cms.article, tag text references cms.tag, primary key (article_id, tag));
create table cms.redirect (old text, new text);
create table cms.setting (key text primary key, value text);
create table cms.session (token text primary key, user_id integer references cms.users, data text);
create view cms.live as select * from cms.article where status = 'published';
create view cms.live_titles as select id, title from cms.live;
create view cms.authors as select u.id, u.login, count(a.id) as articles from cms.users u left join cms.article a on a.author_id = u.id group by u.id;
create function cms.slug(t text) returns text language sql as $$ select replace(lower(t), ' ', '-') $$;
create rule no_delete as on delete to cms.article do instead update cms.article set status = 'deleted' where id = old.id;

-- rows
insert into cms.users (login, mail, legacy_hash) values ('ann', 'ann@example.com', 'x');
insert into cms.section (name, position) values ('news', 1);
insert into cms.article (section_id, author_id, title, status) values (1, 1, 'Hello World', 'published');
insert into cms.comment (article_id, body) values (1, 'first');
insert into cms.tag values ('a');
insert into cms.article_tag values (1, 'a');
insert into cms.redirect values ('/a', '/b');
insert into cms.session values ('t', 1, 'x');

-- to
create schema cms;
create schema auth;
create type cms.status as enum ('draft', 'published', 'archived');
create domain auth.email as text check (value ~ '^[^@]+@[^@]+$');
create table auth.account (id bigint generated always as identity primary key, email auth.email not null unique, password text);
create table cms.users (id serial primary key, login varchar(60) not null unique, mail text, is_admin boolean not null default false, account_id bigint references auth.account on delete set null);
create table cms.section (id serial primary key, name text unique, "position" integer unique deferrable initially deferred);
create function cms.slug(t text) returns text language sql immutable strict as $$ select regexp_replace(lower(t), '[^a-z0-9]+', '-', 'g') $$;
create table cms.article (id serial primary key, section_id integer references cms.section, author_id integer references cms.users, title text not null, slug text generated always as (cms.slug(title)) stored, body text, status cms.status not null default 'draft', published_at timestamptz, views bigint default 0);
alter table cms.article add constraint published_has_date check (status <> 'published' or published_at is not null) not valid;
create unique index article_slug on cms.article (slug) where status <> 'archived';
create table cms.revision (id serial primary key, article_id integer not null references cms.article on delete cascade, body text, at timestamp default now(), editor_id integer references cms.users);
create table cms.comment (id serial primary key, article_id integer references cms.article on delete cascade, body text, parent_id integer references cms.comment);
create table cms.media (id bigint generated always as identity primary key, path text not null, size point);
create table cms.article_media (article_id integer references cms.article, media_id bigint references cms.media, no integer not null, primary key (article_id, media_id), unique (article_id, no));
create table cms.tag (name text primary key, color text default '#fff');
create table cms.article_tag (article_id integer references cms.article on delete cascade, tag text references cms.tag on update cascade, primary key (article_id, tag));
create table cms.redirect (old text primary key, new text not null);
create table cms.setting (key text primary key, value jsonb);
create unlogged table cms.session (token text primary key, user_id integer references cms.users on delete cascade, data text);
create view cms.live as select id, title, slug, published_at from cms.article where status = 'published';
create view cms.live_titles as select id, title, slug from cms.live;
create view cms.authors as select u.id, u.login, count(a.id) as articles, max(a.published_at) as last from cms.users u left join cms.article a on a.author_id = u.id group by u.id;
alter table cms.article enable row level security;
create policy readers on cms.article for select to pair_reader using (status = 'published');
create policy editors on cms.article to pair_editor using (true) with check (status <> 'archived');
grant usage on schema cms to pair_reader, pair_editor;
grant select on cms.article, cms.live to pair_reader;
grant select, insert, update (title, body, status) on cms.article to pair_editor;
