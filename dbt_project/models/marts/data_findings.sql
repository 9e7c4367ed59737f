{{ config(materialized='view') }}

{{ as_described(ref('ind_findings')) }}
