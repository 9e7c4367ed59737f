{{ config(severity='warn') }}
-- The key is the portal's id; a code shared by two dossiers blurs payments, ratings and petitions: reported.
select
    dossiers.province_code,
    dossiers.dossier_code
from {{ ref('int_dossiers_described') }} as described
inner join {{ ref('fct_dossiers') }} as dossiers
    on
        described.province_code = dossiers.province_code
        and described.dossier_code = dossiers.dossier_code
group by
    dossiers.province_code,
    dossiers.dossier_code
having count(distinct dossiers.source_id) > 1
