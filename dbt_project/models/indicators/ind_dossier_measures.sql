select
    dossier.province_code,
    bearer.agency_code,
    dossier.period_month,
    {{ dossier_measures('dossier') }}
from {{ ref('fct_dossier_months') }} as dossier
{{ each_bearer('dossier') }}
where bearer.agency_code is not null
group by dossier.province_code, bearer.agency_code, dossier.period_month
