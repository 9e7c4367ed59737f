create view ops.waiting_batches as
with last_good as (
    select
        run.kind,
        run.portal,
        max(run.run_id) as run_id
    from ops.runs as run
    where run.state = 'succeeded'
    group by run.kind, run.portal
),

-- Blocked since the last that went through; landing holds the newest one only.
blocked as (
    select
        run.kind,
        run.portal,
        max(run.run_id) as run_id,
        min(run.finished_at) as since
    from ops.runs as run
    left join last_good on run.kind = last_good.kind and run.portal is not distinct from last_good.portal
    where
        run.state = 'blocked'
        and run.run_id > coalesce(last_good.run_id, 0)
    group by run.kind, run.portal
),

stopped as (
    select distinct on (blocked.run_id, result.batch_id, result.suite, result.expectation)
        blocked.kind,
        blocked.portal,
        blocked.run_id,
        blocked.since,
        result.batch_id,
        result.suite,
        result.expectation,
        result.observed,
        result.expected_vi,
        result.notes_vi
    from blocked
    inner join ops.check_results as result using (run_id)
    where
        result.severity = 'critical'
        and not result.passed
    order by blocked.run_id asc, result.batch_id asc, result.suite asc, result.expectation asc, result.check_id desc
),

-- of each month the newest revision that was decided on, with the newest decision
decided as (
    select distinct on (decision.period_month)
        decision.period_month,
        decision.revision,
        decision.decision,
        decision.decided_at
    from published.decisions as decision
    order by decision.period_month asc, decision.revision desc, decision.decision_id desc
),

months as (
    select
        'approval' as kind,
        undecided.period_month,
        undecided.revision,
        undecided.frozen_at as since
    from ops.undecided_revisions as undecided
    union all
    select
        'seal' as kind,
        decided.period_month,
        decided.revision,
        decided.decided_at as since
    from decided
    left join published.publications as publication using (period_month, revision)
    where
        decided.decision = 'approved'
        and publication.sequence is null
),

waiting as (
    select
        case
            when stopped.kind = 'ranking' then 'ranking'
            when stopped.expectation like 'gone\_share%' then 'deletions'
            else 'batch'
        end as kind,
        stopped.portal,
        nullif(split_part(stopped.suite, '__', 2), '') as resource,
        stopped.run_id,
        stopped.batch_id,
        null::date as period_month,
        null::integer as revision,
        stopped.suite || ' · ' || stopped.expectation as condition,
        (
            select string_agg(value.key || ' = ' || coalesce(value.value, 'không có'), ', ' order by value.key)
            from jsonb_each_text(stopped.observed) as value
        ) as measured_vi,
        stopped.expected_vi as limit_vi,
        stopped.notes_vi,
        stopped.since
    from stopped
    union all
    select
        months.kind,
        null,
        null,
        null,
        null,
        months.period_month,
        months.revision,
        null,
        null,
        null,
        null,
        months.since
    from months
)

select
    waiting.kind,
    case waiting.kind
        when 'batch' then 'Lô dữ liệu bị chặn'
        when 'deletions' then 'Lô xóa quá nhiều bản ghi, chờ chấp nhận'
        when 'ranking' then 'Bảng xếp hạng bị chặn'
        when 'approval' then 'Tháng đã chốt, chờ duyệt công bố'
        else 'Tháng đã duyệt, chờ đóng dấu'
    end as kind_vi,
    waiting.portal,
    waiting.resource,
    coalesce(source.resource_vi, waiting.resource) as resource_vi,
    waiting.run_id,
    waiting.batch_id,
    waiting.period_month,
    waiting.revision,
    waiting.condition,
    waiting.measured_vi,
    waiting.limit_vi,
    waiting.notes_vi,
    waiting.since at time zone 'Asia/Ho_Chi_Minh' as since_local_at,
    round((extract(epoch from now() - waiting.since) / 3600)::numeric, 1) as waiting_hours,
    case waiting.kind
        when 'batch' then 'docs/runbooks/lo-bi-chan.md'
        when 'deletions' then 'docs/runbooks/lo-bi-chan.md'
        when 'ranking' then 'docs/runbooks/lo-bi-chan.md'
        else 'docs/runbooks/duyet-cong-bo.md'
    end as runbook
from waiting
left join lateral (
    -- one of a portal's provinces is enough: a kind of record has one name
    select each_source.resource_vi
    from ops.sources as each_source
    where
        each_source.portal = waiting.portal
        and each_source.resource = waiting.resource
    limit 1
) as source on true;

comment on view ops.waiting_batches is
'Mỗi dòng là một việc đang chờ người xử lý: điều kiện không đạt của lô bị chặn gần nhất, tháng chờ duyệt, tháng chờ đóng dấu.';
comment on column ops.waiting_batches.kind is 'Loại việc: batch, deletions, ranking, approval, seal';
comment on column ops.waiting_batches.kind_vi is 'Loại việc bằng lời';
comment on column ops.waiting_batches.portal is 'Mã cổng của lô';
comment on column ops.waiting_batches.resource is 'Mã loại bản ghi của lô';
comment on column ops.waiting_batches.resource_vi is 'Loại bản ghi của lô';
comment on column ops.waiting_batches.run_id is 'Lượt bị chặn: số để nhập vào accept_blocked_batch';
comment on column ops.waiting_batches.batch_id is 'Lô bị chặn';
comment on column ops.waiting_batches.period_month is 'Tháng chờ duyệt hoặc chờ đóng dấu';
comment on column ops.waiting_batches.revision is 'Lần chốt của tháng đó';
comment on column ops.waiting_batches.condition is 'Bảng và điều kiện không đạt';
comment on column ops.waiting_batches.measured_vi is 'Giá trị đo được';
comment on column ops.waiting_batches.limit_vi is 'Ngưỡng yêu cầu';
comment on column ops.waiting_batches.notes_vi is 'Ý nghĩa của điều kiện và việc cần làm';
comment on column ops.waiting_batches.since_local_at is 'Chờ từ lúc nào, theo đồng hồ của máy chủ dữ liệu (giờ Việt Nam)';
comment on column ops.waiting_batches.waiting_hours is
'Đã chờ bao nhiêu giờ, theo đồng hồ của máy chủ dữ liệu chứ không theo đồng hồ nghiệp vụ';
comment on column ops.waiting_batches.runbook is 'Trang hướng dẫn xử lý';
