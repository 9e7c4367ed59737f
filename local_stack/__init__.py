"""The one-machine installation behind `./run`: embedded PostgreSQL, Airflow's processes, the portal
simulator, and the commands that use them. Imports dvc766; nothing in dvc766 imports it.
"""
