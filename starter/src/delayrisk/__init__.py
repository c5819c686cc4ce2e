"""DelayRisk: will this flight go badly?"""
