-- Indexes whose sizes are known: MB (10^6 bytes) as HypoPG 1.3 and 1.4 believe, and built. Keys that repeat are stored once.
create index on lineitem (l_partkey);            -- 156.8 45.1
create index on lineitem (l_partkey, l_suppkey); -- 250.9 60.9
create index on lineitem (l_orderkey);           -- 156.8 77.9
