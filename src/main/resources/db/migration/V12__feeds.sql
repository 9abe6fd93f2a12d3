-- What is remembered of a feed: which version of it was read last (RFC 9110, 13), and what was wrong with it last.
create table feed (
    name varchar(60) primary key,
    url varchar(2000) not null,
    etag varchar(300),
    last_modified varchar(100),
    failure varchar(500)
);
