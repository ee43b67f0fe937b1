// What librdkafka does by itself, with the shell's settings: sends EVENTS events of 56 bytes, each acknowledged, then reads them;
// prints the seconds of each.
//
//     client HOST:PORT TOPIC EVENTS BATCH     BATCH events are acknowledged before the next go; 0 awaits them all at the end
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long acknowledged;

static void delivered(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque) {
  if (message->err) exit(2);
  acknowledged++;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static rd_kafka_t *start(rd_kafka_type_t type, const char *const *settings) {
  char reason[256];
  rd_kafka_conf_t *configuration = rd_kafka_conf_new();
  for (; settings[0]; settings += 2)
    if (rd_kafka_conf_set(configuration, settings[0], settings[1], reason, sizeof reason)) exit(3);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(configuration, delivered);
  rd_kafka_t *handle = rd_kafka_new(type, configuration, reason, sizeof reason);
  if (!handle) exit(4);
  return handle;
}

int main(int count, char **words) {
  if (count != 5) return 64;
  const char *sending[] = {"bootstrap.servers", words[1], "enable.idempotence", "true", "linger.ms", "5", "batch.size", "1000000",
                           "queue.buffering.max.messages", "100000", NULL};
  const char *reading[] = {"bootstrap.servers", words[1], "group.id", "g", "enable.auto.commit", "false", "enable.auto.offset.store", "false",
                           "enable.partition.eof", "true", "fetch.wait.max.ms", "100", "queued.min.messages", "100000",
                           "queued.max.messages.kbytes", "65536", "receive.message.max.bytes", "1000000000", NULL};
  long events = atol(words[3]), batch = atol(words[4]);
  char body[57];
  double began = now();
  rd_kafka_t *producer = start(RD_KAFKA_PRODUCER, sending);
  rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, words[2], NULL);
  for (long event = 0; event < events; event++) {
    snprintf(body, sizeof body, "{\"timestamp\":\"2019-04-24T%02ld:%02ld:%02ld.000Z\",\"favorite\":12%02ld}", event / 3600 % 24, event / 60 % 60, event % 60, event % 97);
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, body, 56, NULL, 0, NULL)) rd_kafka_poll(producer, 10);
    if (batch && (event + 1) % batch == 0)
      while (acknowledged <= event) rd_kafka_poll(producer, 100);
    else if (event % 1000 == 0)
      rd_kafka_poll(producer, 0);
  }
  while (acknowledged < events) rd_kafka_poll(producer, 100);
  printf("send %.3f\n", now() - began);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);

  began = now();
  rd_kafka_t *consumer = start(RD_KAFKA_CONSUMER, reading);
  topic = rd_kafka_topic_new(consumer, words[2], NULL);
  if (rd_kafka_consume_start(topic, 0, RD_KAFKA_OFFSET_BEGINNING)) return 5;
  static rd_kafka_message_t *messages[10000];
  long read = 0;
  while (read < events) {
    long got = rd_kafka_consume_batch(topic, 0, 10, messages, 10000);
    for (long index = 0; index < got; index++) {
      if (!messages[index]->err) read++;
      rd_kafka_message_destroy(messages[index]);
    }
  }
  printf("read %.3f\n", now() - began);
  rd_kafka_consume_stop(topic, 0);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(consumer);
}
