{{ config(severity='warn') }}
-- Counted but in no indicator: either forgotten in the seed, or for the data status alone.
select distinct counted.measure
from {{ ref('ind_agency_measures_monthly') }} as counted
where
    counted.measure not in ('dossiers_received', 'dossiers_without_deadline')
    and not exists (
        select 1
        from {{ ref('indicators') }} as indicator
        where counted.measure in (indicator.numerator_measure, indicator.denominator_measure)
    )
