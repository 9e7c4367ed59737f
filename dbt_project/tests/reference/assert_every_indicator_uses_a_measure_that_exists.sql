-- A measure is a column of a measure model; a misspelt name would silently count nothing.
with list_measures as (
    {% for model in [
        'ind_dossier_measures', 'ind_filing_measures', 'ind_procedure_measures', 'ind_petition_measures',
        'ind_capture_measures',
    ] %}
        select attribute.attname::text as measure
        from pg_catalog.pg_attribute as attribute
        where
            attribute.attrelid = '{{ ref(model) }}'::regclass
            and attribute.attnum > 0
            and not attribute.attisdropped
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    indicator.indicator_code,
    used.measure
from {{ ref('indicators') }} as indicator
cross join
    lateral (
        values (indicator.numerator_measure), (indicator.denominator_measure)
    ) as used (measure)
where used.measure not in (select known.measure from list_measures as known)
