"""dvc766: dịch vụ công, Decision 766. From two portals to a monthly ranking of agencies.

portals     how to ask: resources and allow-listed fields as data, one HTTP layer
warehouse   how to write: landing, raw versions, ledger, quarantine, the swap of the marts
quality     how to judge: expectations/*.yml run by Great Expectations at the two doors
transform   runs the dbt project in process
sealing     what makes a published month checkable by anybody: bundle, manifest, signature, chain
delivery    how an edition of a publication gets to its readers, whole or not at all
reporting   what people read of a published month: documents, workbook, slides, site
runs        what one task does: the only module that composes the ones above
airflow_bridge  what a DAG file is written with: the only importer of Airflow but for the next
task_executor   how Airflow starts a task
settings    the only reader of environment variables
"""
