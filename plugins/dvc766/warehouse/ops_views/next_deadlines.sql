create view ops.next_deadlines as
with today as (
    select max((run.as_of at time zone 'Asia/Ho_Chi_Minh')::date) as day
    from ops.runs as run
),

newest_revision as (
    select distinct on (revision.period_month)
        revision.period_month,
        revision.revision,
        (revision.frozen_at at time zone 'Asia/Ho_Chi_Minh')::date as frozen_on,
        decision.decision,
        (decision.decided_at at time zone 'Asia/Ho_Chi_Minh')::date as decided_on,
        publication.sequence
    from published.revisions as revision
    left join published.decisions as decision using (period_month, revision)
    left join published.publications as publication using (period_month, revision)
    order by revision.period_month asc, revision.revision desc, decision.decision_id desc nulls last
),

month as (
    select
        rule.period_month,
        rule.freeze_on,
        newest_revision.revision,
        newest_revision.decision,
        newest_revision.decided_on,
        coalesce(newest_revision.frozen_on, rule.freeze_on) + rule.approval_days as approve_by,
        -- not frozen yet, undecided, or decided and not sealed: history waits for nobody
        (
            newest_revision.revision is null
            or undecided.revision is not null
            or (newest_revision.decision is not null and newest_revision.sequence is null)
        ) as is_on_its_way
    from ops.month_deadlines as rule
    left join newest_revision using (period_month)
    left join ops.undecided_revisions as undecided using (period_month)
),

deadline as (
    select
        month.period_month,
        month.revision,
        'freeze' as kind,
        1 as step,
        month.freeze_on as due_on,
        'chưa chốt' as state_vi
    from month
    where month.revision is null
    union all
    select
        month.period_month,
        month.revision,
        'approval',
        2,
        month.approve_by,
        case when month.decision = 'rejected' then 'đã không duyệt' when month.revision is null then 'chưa chốt' else 'chờ duyệt' end
    from month
    where
        month.is_on_its_way
        and month.decision is distinct from 'approved'
    union all
    select
        month.period_month,
        month.revision,
        'publication',
        3,
        case when month.decision = 'approved' then month.decided_on else month.approve_by end,
        case when month.decision = 'approved' then 'đã duyệt, chờ đóng dấu' else 'chờ duyệt' end
    from month
    where month.is_on_its_way
)

select
    deadline.kind,
    case deadline.kind
        when 'freeze' then 'Chốt số liệu tháng'
        when 'approval' then 'Hạn duyệt công bố'
        else 'Công bố'
    end as kind_vi,
    deadline.step,
    deadline.period_month,
    to_char(deadline.period_month, 'MM/YYYY') as period_label,
    deadline.revision,
    deadline.due_on,
    deadline.due_on - today.day as days_left,
    coalesce(deadline.due_on < today.day, false) as is_overdue,
    deadline.state_vi
from deadline
cross join today;

comment on view ops.next_deadlines is
'Mỗi dòng là một mốc chưa xong của một tháng: chốt, duyệt, công bố. Ngày chốt và số ngày duyệt do chương trình ghi vào ops.month_deadlines theo rules.csv và lịch làm việc.';
comment on column ops.next_deadlines.kind is 'Mốc: freeze, approval, publication';
comment on column ops.next_deadlines.kind_vi is 'Mốc bằng lời';
comment on column ops.next_deadlines.step is 'Thứ tự của mốc trong tháng: 1 chốt, 2 duyệt, 3 công bố';
comment on column ops.next_deadlines.period_month is 'Tháng (ngày đầu tháng)';
comment on column ops.next_deadlines.period_label is 'Tháng, dạng MM/YYYY';
comment on column ops.next_deadlines.revision is 'Lần chốt mới nhất; trống khi chưa chốt';
comment on column ops.next_deadlines.due_on is 'Ngày đến hạn';
comment on column ops.next_deadlines.days_left is 'Còn bao nhiêu ngày, tính từ ngày của lượt chạy mới nhất; số âm là quá hạn';
comment on column ops.next_deadlines.is_overdue is 'Đã quá hạn, so với ngày của lượt chạy mới nhất';
comment on column ops.next_deadlines.state_vi is 'Tình trạng';
