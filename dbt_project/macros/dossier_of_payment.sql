{#
A column of the dossier that a payment, named `payments`, is for: of the one that bears the code now, else of one
that bore it before; of several with the same code always of the same.

Asked for one column at a time, so that nothing is looked for when nobody asks.
#}
{% macro dossier_of_payment(column) -%}
    coalesce(
        (
            select dossiers.{{ column }}
            from {{ ref('fct_dossiers') }} as dossiers
            where
                payments.province_code = dossiers.province_code
                and payments.dossier_code = dossiers.dossier_code
            order by dossiers.source_id
            limit 1
        ),
        (
            -- no `limit`: for it all dossiers would be read in the order of their ids, and none by its codes
            select (array_agg(dossiers.{{ column }} order by dossiers.source_id))[1]
            from {{ ref('fct_dossiers') }} as dossiers
            where
                payments.province_code = dossiers.province_code
                and dossiers.former_codes @> to_jsonb(payments.dossier_code)
        )
    )
{%- endmacro %}
