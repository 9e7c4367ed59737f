create view ops.undecided_revisions as
with newest as (
    select distinct on (revision.period_month)
        revision.period_month,
        revision.revision,
        revision.frozen_at
    from published.revisions as revision
    order by revision.period_month asc, revision.revision desc
),

decided as (
    select distinct
        decision.period_month,
        decision.revision
    from published.decisions as decision
)

-- Months before the first that was decided on are history: frozen, and never meant to go out.
select
    newest.period_month,
    newest.revision,
    newest.frozen_at
from newest
left join decided using (period_month, revision)
where
    decided.revision is null
    and (
        newest.period_month = (select max(last_month.period_month) from newest as last_month)
        or newest.period_month > (select max(before.period_month) from decided as before)
        -- the correction of a month that was decided on
        or exists (select from decided as earlier where earlier.period_month = newest.period_month)
    );

comment on view ops.undecided_revisions is
'Mỗi dòng là lần chốt mới nhất của một tháng đang chờ người duyệt công bố; tháng chốt làm lịch sử, trước tháng đầu tiên được duyệt, không chờ ai.';
comment on column ops.undecided_revisions.period_month is 'Tháng (ngày đầu tháng)';
comment on column ops.undecided_revisions.revision is 'Lần chốt';
comment on column ops.undecided_revisions.frozen_at is 'Thời điểm chốt';
