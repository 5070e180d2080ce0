-- At the first start alone: the services' user owns the database and is no superuser. Who that is has no password any more,
-- and comes in by the container's own socket only.
\getenv password POSTGRES_PASSWORD
create role berth login password :'password';
create database berth owner berth;
alter role postgres password null;
