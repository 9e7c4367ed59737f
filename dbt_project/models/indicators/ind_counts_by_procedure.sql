with measured as (
    select
        dossier.province_code,
        dossier.agency_code,
        dossier.period_month,
        dossier.procedure_code,
        to_jsonb(dossier) as measures
    from {{ ref('ind_dossier_measures_by_procedure') }} as dossier
    union all
    select
        filing.province_code,
        filing.agency_code,
        filing.period_month,
        filing.procedure_code,
        to_jsonb(filing) as measures
    from {{ ref('ind_filing_measures_by_procedure') }} as filing
),

counted as (
    select
        measured.province_code,
        measured.agency_code,
        measured.period_month,
        measured.procedure_code,
        indicator.indicator_code,
        (measured.measures ->> indicator.numerator_measure)::bigint as numerator,
        (measured.measures ->> indicator.denominator_measure)::bigint as denominator
    from measured
    inner join {{ ref('dim_indicators') }} as indicator
        on {{ in_force('indicator', "(measured.period_month + interval '1 month')::date - 1") }}
    -- a figure of the whole province is no agency's own
    where indicator.scope = 'agency'
)

select counted.* -- noqa: AM04
from counted
-- of measures that are not counted by dossier, there is nothing
where
    counted.numerator is not null
    and counted.denominator > 0
