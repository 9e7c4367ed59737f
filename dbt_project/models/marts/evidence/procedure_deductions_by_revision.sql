with procedures as (
    {{ evidence_of_months('procedure') }}
),

deductions as (
    select
        procedure.province_agency_code as province_code,
        procedure.period_month,
        procedure.agency_code,
        judged.indicator_code,
        procedure.procedure_code,
        procedure.procedure_name_vi,
        reason.reason_code,
        reason.reason_vi,
        procedure.dossiers_in_hand,
        procedure.dossiers_filed,
        procedure.dossiers_filed_online,
        procedure.revision,
        procedure.is_current
    from procedures as procedure
    cross join
        lateral (
            values
            (
                '1.1',
                procedure.is_announced_on_time is not null,
                procedure.is_announced_on_time,
                'announced_late'
            ),
            (
                '1.2',
                procedure.is_published_on_time is not null,
                procedure.is_published_on_time,
                'published_late'
            ),
            ('1.3', procedure.is_complete is not null, procedure.is_complete, 'parts_missing'),
            ('3.1', procedure.is_under_authority, procedure.is_offered_online, 'not_offered_online'),
            ('3.2', procedure.is_online, procedure.dossiers_filed_online > 0, 'no_online_dossier'),
            (
                '3.5', procedure.is_fee_bearing or procedure.is_paid_online,
                procedure.is_fee_bearing and procedure.has_fee_dossier,
                case when procedure.is_fee_bearing then 'no_fee_dossier' else 'not_fee_bearing' end
            ),
            (
                '3.5b', procedure.is_fee_bearing or procedure.is_paid_online, procedure.is_paid_online,
                'no_online_payment'
            ),
            ('4.5a', procedure.is_citizen, procedure.is_verified, 'no_verified_dossier')
        ) as judged (indicator_code, is_in_base, is_counted, reason_code)
    left join {{ ref('deduction_reasons') }} as reason using (reason_code)
    where
        judged.is_in_base
        and not judged.is_counted
)

{{ as_described('deductions', plainly=true) }}
