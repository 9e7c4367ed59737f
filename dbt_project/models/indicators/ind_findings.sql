with findings as (
    select
        'check' as finding_kind,
        failed.severity as finding_severity,
        null::text as province_code,
        null::date as period_month,
        null::text as agency_code,
        null::text as indicator_code,
        null::text as unit_name_vi,
        concat_ws(' · ', failed.suite, failed.expectation) as subject,
        coalesce(failed.notes_vi, '') as finding_vi,
        null::bigint as records,
        null::timestamptz as found_at -- each reading finds it again
    from {{ ref('fct_failed_checks') }} as failed
    union all
    select
        'restatement' as finding_kind,
        case when restatement.moves_a_rank then 'warning' else 'info' end as finding_severity,
        restatement.province_code,
        restatement.period_month,
        restatement.agency_code,
        nullif(restatement.indicator_code, '') as indicator_code,
        null::text as unit_name_vi,
        concat_ws(
            ' · ',
            to_char(restatement.period_month, 'MM/YYYY'),
            restatement.agency_code,
            nullif(restatement.indicator_code, '')
        ) as subject,
        case
            when restatement.indicator_code = '' then 'Tổng điểm' else 'Chỉ số ' || restatement.indicator_code
        end
        || ' đã chốt ' || coalesce(restatement.points_before::text, '—')
        || ', nay tính lại là ' || coalesce(restatement.points_after::text, '—')
        || case
            when restatement.moves_a_rank
                then
                    '; hạng ' || coalesce(restatement.rank_before::text, '—')
                    || ' thành ' || coalesce(restatement.rank_after::text, '—')
            else ''
        end as finding_vi,
        restatement.records,
        restatement.found_at
    from {{ ref('fct_restatements') }} as restatement
    union all
    select missing.* -- noqa: AM04
    from {{ ref('ind_missing_sources') }} as missing
    union all
    select
        'source_correction' as finding_kind,
        'critical' as finding_severity,
        null::text as province_code,
        date_trunc('month', correction.valid_from)::date as period_month,
        correction.agency_code,
        correction.indicator_code,
        null::text as unit_name_vi,
        correction.correction_id as subject,
        correction.finding_vi,
        null::bigint as records,
        null::timestamptz as found_at
    from {{ ref('ind_source_corrections') }} as correction
    where correction.has_outlived_error
)

select
    md5(finding.finding_kind || '/' || finding.subject) as finding_code,
    finding.finding_kind,
    kind.name_vi as finding_kind_vi,
    finding.finding_severity,
    severity.name_vi as finding_severity_vi,
    finding.province_code,
    finding.period_month,
    finding.agency_code,
    coalesce(name.agency_name_vi, finding.unit_name_vi) as agency_name_vi,
    finding.indicator_code,
    finding.subject,
    finding.finding_vi,
    finding.records,
    finding.found_at at time zone 'Asia/Ho_Chi_Minh' as found_local_at
from findings as finding
left join {{ ref('labels') }} as kind
    on
        finding.finding_kind = kind.code
        and kind.code_set = 'finding_kind'
left join {{ ref('labels') }} as severity
    on
        finding.finding_severity = severity.code
        and severity.code_set = 'finding_severity'
left join {{ ref('stg_published__agency_rankings') }} as name
    on
        finding.province_code = name.province_code
        and finding.agency_code = name.agency_code
        and finding.period_month = name.period_month
