"""Early warning from monthly data: declarative rules in, ranked and explained alerts out."""
