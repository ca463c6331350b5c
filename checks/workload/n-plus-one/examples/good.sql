create table "User" (id text primary key);
create table "Company" (id text primary key, name text not null);
create table "Lead" (
    id text primary key,
    "userId" text not null references "User",
    "companyId" text references "Company",
    "createdAt" timestamp(3) not null default now()
);
create index on "Lead" ("userId", "createdAt");
create index on "Lead" ("companyId");
create table "Settings" (id text primary key, "userId" text not null unique references "User");
create table "Subscription" (id text primary key, "userId" text not null unique references "User");
create table "UserStats" (id text primary key, "userId" text not null unique references "User");
