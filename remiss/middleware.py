"""Headers on every answer, refusals and errors included."""

PRIVATE = "private, no-store"


def headers(get_response):
    """Everything but static files is private: no shared cache may keep or serve it (fault S20)."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = PRIVATE
        return response

    return middleware
