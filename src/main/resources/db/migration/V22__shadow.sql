-- What a champion and the challenger beside it said of a customer at a moment, and, when the horizon has passed, whether it
-- happened. A bounded sample. day_no: UTC days since 1970.
create table shadow_case (
    name varchar(60) not null,
    challenger varchar(40) not null,
    customer_id uuid not null,
    day_no int not null,
    champion varchar(40) not null,
    stage varchar(20) not null,
    at timestamp(6) with time zone not null,
    by_champion double precision not null,
    by_challenger double precision not null,
    happened boolean,
    primary key (name, challenger, customer_id, day_no)
);
create index shadow_case_at on shadow_case (at);
