// librdkafka's mock cluster: prints its address, then does what each line of its input says, and answers "ok".
//
//     down | up | rtt MILLISECONDS | error API CODE COUNT (numbers of Kafka's protocol and of librdkafka)
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

static void silent(const rd_kafka_t *handle, int level, const char *facility, const char *text) {}

int main(int count, char **words) {
  if (count != 3) return 64;
  char reason[256];
  rd_kafka_conf_t *configuration = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(configuration, silent);
  rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, reason, sizeof reason);
  rd_kafka_mock_cluster_t *cluster = handle ? rd_kafka_mock_cluster_new(handle, 1) : NULL;
  if (!cluster || rd_kafka_mock_topic_create(cluster, words[1], atoi(words[2]), 1)) return 1;
  printf("%s/%s\n", rd_kafka_mock_cluster_bootstraps(cluster), words[1]);
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    int api, code, times, milliseconds;
    if (line[0] == 'd') rd_kafka_mock_broker_set_down(cluster, -1);
    if (line[0] == 'u') rd_kafka_mock_broker_set_up(cluster, -1);
    if (sscanf(line, "rtt %d", &milliseconds) == 1) rd_kafka_mock_broker_set_rtt(cluster, -1, milliseconds);
    if (sscanf(line, "error %d %d %d", &api, &code, &times) == 3)
      while (times-- > 0) rd_kafka_mock_push_request_errors(cluster, api, 1, code);
    puts("ok");
    fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(handle);
}
