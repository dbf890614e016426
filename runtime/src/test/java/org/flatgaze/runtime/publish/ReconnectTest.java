package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.publish.PahoTransportTest.Events;
import org.junit.jupiter.api.Test;

/** Whole publishers against real brokers that die, and real publishers that die. */
class ReconnectTest {

    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Topics TOPICS = new Topics("reconnect");

    private final ConcurrentLinkedQueue<GazeSample> ring = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Test
    void shouldComeBackByItselfAndSayWhatHappenedWhenEmbeddedBrokerDies() throws Exception {
        int port = PahoTransportTest.closedPort();
        BrokerProcess first = BrokerProcess.startOn(port);
        try (first) {
            check(first.url(), first::kill, () -> BrokerProcess.startOn(port));
        }
    }

    @Test
    void shouldComeBackByItselfAndSayWhatHappenedWhenMosquittoDies() throws Exception {
        int port = PahoTransportTest.closedPort();
        Process first = mosquitto(port);
        check("tcp://127.0.0.1:" + port, () -> end(first), () -> {
            Process second = mosquitto(port);
            return () -> end(second);
        });
    }

    @Test
    void shouldBeCalledLostByMosquittoWhenPublisherIsKilled() throws Exception {
        int port = PahoTransportTest.closedPort();
        Process broker = mosquitto(port);
        try {
            checkLastWill("tcp://127.0.0.1:" + port);
        } finally {
            end(broker);
        }
    }

    @Test
    void shouldBeCalledLostByEmbeddedBrokerWhenPublisherIsKilled() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            checkLastWill(broker.url());
        }
    }

    /** Something that may be interrupted or fail as processes do. */
    private interface Step {
        void run() throws Exception;
    }

    private interface Start {
        AutoCloseable run() throws Exception;
    }

    private void check(String url, Step killFirst, Start startSecond) throws Exception {
        TransportConfig config = PahoTransportTest.config(url).withWill(TOPICS);
        PublisherListener listener = new PublisherListener() {
            @Override
            public void brokerConnected(boolean again) {
                heard.add(again ? "back" : "connected");
            }

            @Override
            public void brokerLost(String line) {
                heard.add(line);
            }
        };
        SampleSource source = into -> {
            GazeSample sample = ring.poll();
            if (sample != null) {
                into.set(sample);
            }
            return sample != null;
        };
        try (GazePublisher publisher = new GazePublisher(
                PublisherConfig.of(TOPICS, Eye.LEFT, PublisherConfig.Mode.NEWEST),
                Devices.info(),
                new PahoTransport(config),
                source,
                listener)) {
            publisher.start();
            publisher.awaitReady(DEADLINE);
            assertEquals("connected", heard());
            offer(1);
            Waiting.until("published", DEADLINE, () -> publisher.counters().published() == 1);
            killFirst.run();
            String line = heard();
            assertTrue(line.startsWith("broker " + url + " lost: "), line);
            offer(2);
            Waiting.until("dropped", DEADLINE, () -> publisher.counters().droppedOffline() == 1);
            try (AutoCloseable second = startSecond.run();
                    Watcher watcher = new Watcher(url)) {
                assertTrue(second != null);
                assertEquals("back", heard());
                assertEquals(1, publisher.counters().reconnects());
                assertEquals("init", watcher.text(TOPICS.state()));
                assertTrue(watcher.text(TOPICS.alert()).contains("broker_lost"));
                offer(3);
                // Sample 2 fell into the outage and must not turn up afterwards.
                assertEquals(
                        3,
                        GazeMessage.decodeCbor(watcher.payload(TOPICS.gaze(Eye.LEFT)))
                                .sequence());
            }
        }
    }

    private static void checkLastWill(String url) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublisherVictim.class.getName(),
                        url,
                        TOPICS.device())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Watcher watcher = new Watcher(url)) {
            assertEquals("ready", watcher.text(TOPICS.state()));
            victim.destroyForcibly();
            assertEquals("lost", watcher.text(TOPICS.state()));
        } finally {
            victim.destroyForcibly();
        }
        // Retained: who comes later hears it too.
        try (Watcher late = new Watcher(url)) {
            assertEquals("lost", late.text(TOPICS.state()));
        }
    }

    private void offer(long sequence) {
        GazeSample sample = Samples.ok();
        sample.sequence = sequence;
        sample.captureNanos = System.nanoTime();
        sample.publishNanos = sample.captureNanos;
        ring.add(sample);
    }

    private String heard() throws InterruptedException {
        return String.valueOf(heard.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
    }

    private static Process mosquitto(int port) throws IOException {
        List<Path> places = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(Path.of(folder, "mosquitto"));
        }
        places.add(Path.of("/usr/sbin/mosquitto"));
        Path program = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(program != null, "mosquitto is not installed");
        return new ProcessBuilder(program.toString(), "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** A second client that sees everything of the device. */
    private static final class Watcher implements AutoCloseable {

        private record Arrival(String topic, String text, List<Byte> bytes) {}

        private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
        private final PahoTransport transport;

        Watcher(String url) throws InterruptedException {
            transport = new PahoTransport(TransportConfig.of(url, "watcher")
                    .withTimes(Duration.ofSeconds(2), DEADLINE, Duration.ofMillis(50), Duration.ofMillis(200)));
            transport.subscribe(TOPICS.everything(), 1, (topic, payload, contentType) -> {
                List<Byte> bytes = new ArrayList<>();
                for (byte b : payload) {
                    bytes.add(b);
                }
                arrivals.add(new Arrival(topic, new String(payload, StandardCharsets.UTF_8), bytes));
            });
            transport.connect(new Events());
            assertTrue(transport.awaitConnected(DEADLINE));
        }

        /** The next message on {@code topic}. */
        String text(String topic) throws InterruptedException {
            return next(topic).text();
        }

        byte[] payload(String topic) throws InterruptedException {
            List<Byte> bytes = next(topic).bytes();
            byte[] payload = new byte[bytes.size()];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = bytes.get(i);
            }
            return payload;
        }

        private Arrival next(String topic) throws InterruptedException {
            long end = System.nanoTime() + DEADLINE.toNanos();
            for (Arrival arrival = poll(end); arrival != null; arrival = poll(end)) {
                if (arrival.topic().equals(topic)) {
                    return arrival;
                }
            }
            throw new AssertionError("nothing on " + topic + " within " + DEADLINE);
        }

        private Arrival poll(long end) throws InterruptedException {
            return arrivals.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            transport.close();
        }
    }
}
