{{ config(materialized='view', alias='source_corrections') }}

{{ as_described(ref('ind_source_corrections')) }}
