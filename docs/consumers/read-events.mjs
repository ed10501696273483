// Writes a line for each event of a topic to a CSV file, once. Arguments: brokers, topic, file, and more settings, a file.
import { existsSync, openSync, fsyncSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';

const [brokers, topic, file, settings] = process.argv.slice(2);
const { groupId = 'example-js', ...client } = settings ? JSON.parse(readFileSync(settings, 'utf8')) : {};
// KafkaJS brings no LZ4, with which Mailtide's records are compressed.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: async (part) => Buffer.from(lz4.compress(part.buffer)),
  decompress: async (bytes) => Buffer.from(lz4.decompress(bytes)),
});

const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
writeFileSync(file, text.slice(0, text.lastIndexOf('\n') + 1)); // Without half a line of a crash.
const known = new Set(readFileSync(file, 'utf8').split('\n').map((line) => line.split(',', 1)[0]));
const out = openSync(file, 'a');

const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR, ...client });
const consumer = kafka.consumer({
  groupId,
  readUncommitted: false, // Else records that were taken back are read, too.
  allowAutoTopicCreation: false, // Mailtide creates them.
});
const stop = async () => { await consumer.disconnect(); process.exit(0); };
process.on('SIGINT', stop).on('SIGTERM', stop);

const admin = kafka.admin();
await admin.connect();
while (!(await admin.listTopics()).includes(topic)) await setTimeout(1000); // Its first event makes it.
await admin.disconnect();
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommit: false, // We say when our work is done.
  eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
    const { partition, messages } = batch;
    const header = (event, name) => event.headers[name].toString();
    let lines = '';
    for (const event of messages) { // event.value is the event as JSON.
      const id = header(event, 'ce_id');
      if (!known.has(id)) {
        known.add(id);
        lines += [id, header(event, 'ce_time'), header(event, 'ce_type'), header(event, 'ce_subject')].join() + '\n';
      }
    }
    writeSync(out, lines);
    fsyncSync(out);
    const offset = String(BigInt(batch.lastOffset()) + 1n); // Behind markers of transactions, too.
    await consumer.commitOffsets([{ topic, partition, offset }]); // After the work: a crash before this line brings the same records again.
    resolveOffset(batch.lastOffset());
    await heartbeat();
  },
});
