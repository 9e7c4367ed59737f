-- A candidate of two months as the dbt project would build it: three communes (two of them tied, one
-- without dossiers), one department, and the province.
create table marts_candidate.dim_agency_versions as
select agency.*, 1 as version_no from (values
    ('H44', 'H44', 'Tỉnh', 'province', date '2025-01-01', null::date),
    ('H44', 'H44.01', 'Sở A', 'department', date '2025-01-01', null),
    ('H44', 'H44.71', 'Xã B', 'commune', date '2025-01-01', null),
    ('H44', 'H44.72', 'Xã C', 'commune', date '2025-01-01', null),
    ('H44', 'H44.73', 'Xã D', 'commune', date '2025-07-01', null),
    ('H44', 'H44.74', 'Xã E', 'commune', date '2025-01-01', date '2025-06-30')
) as agency (province_code, agency_code, agency_name_vi, peer_group, valid_from, valid_to);

create table marts_candidate.dim_dates as
select day::date as date_on
from generate_series(timestamp '2025-01-01', timestamp '2026-12-31', interval '1 day') as day;

create table marts_candidate.agency_scorecards_monthly as
with groups (group_code, indicator_code, max_points, share) as (
    values
        ('CKMB', '1.1', 18, 0.5), ('TDGQ', '2.1', 20, 0.9), ('DVCTT', '3.3', 12, 0.5),
        ('TTTT', '3.6', 10, 0.4), ('MDSH', '4.1', 22, 0.7), ('MDHL', '5.2', 18, 1.0)
)
select
    agency.province_code,
    month.period_month,
    agency.agency_code,
    groups.group_code,
    groups.indicator_code,
    (groups.share * 100)::bigint as numerator,
    100::bigint as denominator,
    groups.max_points::numeric as max_points,
    round(groups.max_points * groups.share, 2)::numeric(5, 2) as points,
    'scored' as status
from marts_candidate.dim_agency_versions as agency
cross join (values (date '2025-06-01'), (date '2025-07-01')) as month (period_month)
cross join groups
where
    agency.valid_from <= month.period_month
    and (agency.valid_to is null or agency.valid_to > month.period_month);

create table marts_candidate.agency_rankings_monthly as
with totals as (
    select
        card.province_code,
        card.period_month,
        card.agency_code,
        sum(card.points)::numeric(5, 2) as score,
        max(card.points) filter (where card.group_code = 'CKMB') as transparency_points,
        max(card.points) filter (where card.group_code = 'TDGQ') as timeliness_points,
        max(card.points) filter (where card.group_code = 'DVCTT') as online_service_points,
        max(card.points) filter (where card.group_code = 'TTTT') as online_payment_points,
        max(card.points) filter (where card.group_code = 'MDSH') as digitisation_points,
        max(card.points) filter (where card.group_code = 'MDHL') as satisfaction_points
    from marts_candidate.agency_scorecards_monthly as card
    group by card.province_code, card.period_month, card.agency_code
)
select
    totals.*,
    agency.peer_group,
    status.assessment_status,
    case when status.assessment_status = 'ranked' then 1 end as rank,
    (count(*) filter (where status.assessment_status = 'ranked')
        over (partition by totals.period_month, agency.peer_group))::integer as ranked_agencies,
    case when status.assessment_status <> 'no_dossiers' then 'average' end as grade_code,
    totals.period_month = date '2025-06-01' as is_latest_period
from totals
inner join marts_candidate.dim_agency_versions as agency using (province_code, agency_code)
cross join lateral (
    select case
        when agency.peer_group = 'province' then 'province'
        when agency.agency_code = 'H44.72' then 'no_dossiers'
        else 'ranked'
    end as assessment_status
) as status;

-- The portal's scores are the same points; of one commune a group's are missing.
create table marts_candidate.portal_rankings_monthly as
select
    ranking.province_code,
    ranking.period_month,
    ranking.agency_code,
    ranking.peer_group,
    ranking.transparency_points,
    ranking.timeliness_points,
    ranking.online_service_points,
    ranking.online_payment_points,
    ranking.digitisation_points,
    case when ranking.assessment_status <> 'no_dossiers' then ranking.satisfaction_points end as satisfaction_points,
    case when ranking.assessment_status <> 'no_dossiers' then ranking.score end as score,
    ranking.rank,
    ranking.ranked_agencies,
    replace(ranking.assessment_status, 'no_dossiers', 'incomplete') as assessment_status
from marts_candidate.agency_rankings_monthly as ranking;

create table marts_candidate.data_status as
select
    month.period_month,
    'H44' as province_code,
    timestamp '2025-08-01 01:30' as provincial_portal_read_local_at
from (values (date '2025-06-01'), (date '2025-07-01')) as month (period_month);
