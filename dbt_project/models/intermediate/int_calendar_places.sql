{{ config(materialized='table', tags=['reference_alone']) }}

-- a table, and mostly an empty one: it is looked at for each dossier
select distinct place_code
from {{ ref('calendar_days') }}
where place_code is not null
