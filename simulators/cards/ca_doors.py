"""The test CA's own addresses: roots, revocation lists, OCSP."""

from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.cards.ca import Root
from simulators.cards.world import World


def routes(world: World) -> list[Route]:
    authority = world.authority

    async def roots(request: Request) -> Response:
        pems = [
            root.certificate.public_bytes(serialization.Encoding.PEM)
            for root in authority.trusted()
        ]
        return Response(b"".join(pems), media_type="application/x-pem-file")

    async def crl(request: Request) -> Response:
        label = request.path_params["label"]
        root = next((one for one in authority.trusted() if one.label == label), None)
        if root is None:
            return Response("no such list", 404)
        return Response(authority.crl(root), media_type="application/pkix-crl")

    async def answer(request: Request) -> Response:
        try:
            asked = ocsp.load_der_ocsp_request(await request.body())
        except ValueError:
            return _told(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        for card in world.cards.values():
            for purpose in ("sign", "authenticate"):
                leaf = card.certificate(purpose)
                if leaf is None or leaf.serial_number != asked.serial_number:
                    continue
                root: Root | None = authority.root_of(leaf)
                if root:
                    said = authority.ocsp(leaf, root, flaw=world.flaw())
                    return Response(said, media_type="application/ocsp-response")
        return _told(ocsp.OCSPResponseStatus.UNAUTHORIZED)

    return [
        Route("/ca/roots.pem", roots),
        Route("/ca/crl/{label}.crl", crl),
        Route("/ca/ocsp", answer, methods=["POST"]),
    ]


def _told(status: ocsp.OCSPResponseStatus) -> Response:
    raw = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    der = raw.public_bytes(serialization.Encoding.DER)
    return Response(der, media_type="application/ocsp-response")
