with find_shown as (
    select
        figure.correction_id,
        figure.shown_value
    from {{ ref('fct_expected_figures') }} as figure
    union all
    -- of a month that is over and not frozen; who has no cases has 0, as in the scores
    select
        correction.correction_id,
        coalesce(max(measure.value), 0)::numeric as shown_value
    from {{ ref('source_corrections') }} as correction
    inner join {{ ref('ind_assessed_agencies_monthly') }} as agency
        on
            correction.expect_agency = agency.agency_code
            and correction.expect_month = agency.period_month
    inner join {{ ref('dim_months') }} as month on agency.period_month = month.period_month
    inner join {{ ref('fct_portal_readings') }} as reading
        on
            agency.province_code = reading.province_code
            and correction.portal_code = reading.portal_code
    left join {{ ref('ind_agency_measures_monthly') }} as measure
        on
            agency.province_code = measure.province_code
            and agency.agency_code = measure.agency_code
            and agency.period_month = measure.period_month
            and correction.expect_measure = measure.measure
    where
        correction.expect_figure = 'count'
        and month.period_state <> 'running'
    group by correction.correction_id
),

judge_guards as (
    select
        correction.*, -- noqa: AM04
        shown.shown_value,
        case
            when shown.correction_id is null then 'cannot_be_judged'
            when shown.shown_value = correction.expect_value then 'holds'
            else 'mended'
        end as guard_state
    from {{ ref('source_corrections') }} as correction
    left join find_shown as shown on correction.correction_id = shown.correction_id
)

select
    judged.*, -- noqa: AM04
    portal.name_vi as portal_vi,
    reason.name_vi as reason_vi,
    status.name_vi as status_vi,
    guard.name_vi as guard_state_vi,
    judged.status in ('reported', 'accepted') as is_open,
    judged.status in ('reported', 'accepted') and judged.guard_state = 'mended' as has_outlived_error,
    case
        when judged.status in ('reported', 'accepted') and judged.guard_state = 'mended'
            then
                format(
                    'Dòng %s: %s (%s) của %s tháng %s ghi là %s, nay nguồn cho %s. Việc cần làm: '
                    || 'hỏi lại nơi báo lỗi; nguồn đã sửa thì đổi status của dòng này trong '
                    || 'dbt_project/seeds/source_corrections.csv thành mended; vẫn sai thì ghi giá trị '
                    || 'sai mới vào expect_value.',
                    judged.correction_id,
                    judged.expect_measure,
                    judged.expect_figure,
                    judged.expect_agency,
                    to_char(judged.expect_month, 'MM/YYYY'),
                    trim_scale(judged.expect_value),
                    coalesce(trim_scale(judged.shown_value)::text, 'trống')
                )
    end as finding_vi
from judge_guards as judged
left join {{ ref('labels') }} as portal
    on
        judged.portal_code = portal.code
        and portal.code_set = 'portal'
left join {{ ref('labels') }} as reason
    on
        judged.reason_code = reason.code
        and reason.code_set = 'correction_reason'
left join {{ ref('labels') }} as status
    on
        judged.status = status.code
        and status.code_set = 'correction_status'
left join {{ ref('labels') }} as guard
    on
        judged.guard_state = guard.code
        and guard.code_set = 'guard_state'
