create table lead (
    id         bigint primary key,
    tenant_id  int not null,
    status     text not null,
    created_at timestamptz not null,
    payload    text not null
);
insert into lead
select n, n % 100, (array['new', 'open', 'won', 'lost'])[1 + n % 4], timestamptz '2026-01-01' + n * interval '1 minute', repeat('x', 200)
from generate_series(1, 20000) as n;
