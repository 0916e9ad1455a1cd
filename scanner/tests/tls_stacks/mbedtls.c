/* mbedTLS as a server: mbedtls CERTIFICATE KEY SUITES CURVES. Suites and curves are numbers with
 * commas between them. Prints its port. One connection at a time. */
#include <arpa/inet.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int suites[64];
static mbedtls_ecp_group_id curves[16];

#define CHECK(call) do { int r = (call); if (r != 0) { fprintf(stderr, #call ": -0x%x\n", -r); return 1; } } while (0)

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    size_t count = 0;
    for (char *part = strtok(argv[3], ","); part && count < 63; part = strtok(NULL, ","))
        suites[count++] = atoi(part);
    count = 0;
    for (char *part = strtok(argv[4], ","); part && count < 15; part = strtok(NULL, ",")) {
        const mbedtls_ecp_curve_info *curve = mbedtls_ecp_curve_info_from_tls_id(atoi(part));
        if (!curve) return 2;
        curves[count++] = curve->grp_id;
    }
    curves[count] = MBEDTLS_ECP_DP_NONE;

    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_config config;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
    mbedtls_ssl_config_init(&config);
    CHECK(mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0));
    CHECK(mbedtls_x509_crt_parse_file(&certificate, argv[1]));
    CHECK(mbedtls_pk_parse_keyfile(&key, argv[2], NULL));
    CHECK(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &drbg);
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_1);
    mbedtls_ssl_conf_ciphersuites(&config, suites);
    mbedtls_ssl_conf_curves(&config, curves);
    CHECK(mbedtls_ssl_conf_own_cert(&config, &certificate, &key));

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, length) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&at, &length)) return 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);

    for (;;) {
        mbedtls_net_context client = {.fd = accept(listener, NULL, NULL)};
        if (client.fd < 0) continue;
        mbedtls_ssl_context ssl;
        mbedtls_ssl_init(&ssl);
        if (mbedtls_ssl_setup(&ssl, &config) == 0) {
            mbedtls_ssl_set_bio(&ssl, &client, mbedtls_net_send, mbedtls_net_recv, NULL);
            if (mbedtls_ssl_handshake(&ssl) == 0) mbedtls_ssl_close_notify(&ssl);
        }
        mbedtls_ssl_free(&ssl);
        mbedtls_net_free(&client);
    }
}
