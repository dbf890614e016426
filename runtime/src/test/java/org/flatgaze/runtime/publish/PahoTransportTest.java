package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flatgaze.runtime.os.SystemTuning;
import org.flatgaze.runtime.publish.MqttTransport.ConnectionListener;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.junit.jupiter.api.Test;

class PahoTransportTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Topics TOPICS = new Topics("test");
    private static final byte[] PAYLOAD = new byte[120];

    /** Name and allowed cores of a thread, as Linux tells them. */
    private static final Pattern STATUS = Pattern.compile("Name:\\t(.*)\\n(?s:.*)\\nCpus_allowed_list:\\t(.*)");

    @Test
    void shouldTakeNoMoreThanWindowAndConnectAnewWhenBrokerStopsReading() throws Exception {
        Events events = new Events();
        try (StubBroker broker = new StubBroker(true);
                PahoTransport transport = new PahoTransport(config(broker.url()))) {
            transport.connect(events);
            assertTrue(transport.awaitConnected(DEADLINE));
            assertEquals("connected", events.next());
            int taken = 0;
            long end = System.nanoTime() + DEADLINE.toNanos();
            while (transport.isConnected() && System.nanoTime() - end < 0) {
                PublishResult result = publish(transport);
                if (result == PublishResult.ACCEPTED) {
                    taken++;
                } else if (!transport.awaitRoom(1_000_000)) {
                    Thread.onSpinWait();
                }
            }
            // 8 messages in the window and the buffers of two sockets; the library alone would take any number.
            assertTrue(taken > 8 && taken < 2_000, taken + " messages taken");
            assertEquals("disconnected: the broker took nothing for 300 ms", events.next());
            assertEquals("connected", events.next());
            Waiting.until("second connection counted", DEADLINE, () -> broker.accepted() == 2);
        }
    }

    @Test
    void shouldPutTheThreadsOfTheLibraryWhereItsOwnIsPut() throws Exception {
        SystemTuning system = SystemTuning.open();
        int[] cores = system.cores();
        assumeTrue(cores.length > 1, "64-bit Linux, two cores");
        int last = cores[cores.length - 1];
        try (StubBroker broker = new StubBroker(true);
                PahoTransport transport = new PahoTransport(TransportConfig.of(broker.url(), "pinned"))) {
            transport.connect(new ConnectionListener() {
                @Override
                public void onThread() {
                    system.pinThread(last);
                }
            });
            assertTrue(transport.awaitConnected(DEADLINE));
            Map<String, String> allowed = allowedCores("MQTT ");
            // Linux keeps 15 characters of a name.
            for (String thread : new String[] {"MQTT Snd: pinne", "MQTT Rec: pinne", "MQTT Call: pinn"}) {
                assertEquals(String.valueOf(last), allowed.get(thread), () -> thread + " in " + allowed);
            }
        }
    }

    /** Where the threads whose names begin so may run, by name. */
    private static Map<String, String> allowedCores(String prefix) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                Matcher status = STATUS.matcher(status(thread));
                if (status.find() && status.group(1).startsWith(prefix)) {
                    found.put(status.group(1), status.group(2));
                }
            }
        }
        return found;
    }

    /** Empty where the thread has ended meanwhile. */
    private static String status(Path thread) {
        try {
            return Files.readString(thread.resolve("status"));
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    void shouldGiveUpAttemptAndTryAgainWhenBrokerNeverAnswers() throws Exception {
        Events events = new Events();
        try (StubBroker broker = new StubBroker(false);
                PahoTransport transport = new PahoTransport(config(broker.url()))) {
            transport.connect(events);
            assertEquals("failed: no answer within 1 s", events.next());
            Waiting.until("second attempt", DEADLINE, () -> broker.accepted() > 1);
            assertEquals("no answer within 1 s", transport.lastError());
            assertEquals(PublishResult.OFFLINE, publish(transport));
            assertFalse(transport.isConnected());
        }
    }

    @Test
    void shouldSayOneClearLineWhenNobodyListens() throws Exception {
        String url = "tcp://127.0.0.1:" + closedPort();
        try (GazePublisher publisher = new GazePublisher(
                PublisherConfig.of(TOPICS, Eye.LEFT, PublisherConfig.Mode.LOSSLESS),
                Devices.info(),
                new PahoTransport(config(url)),
                into -> false,
                PublisherListener.SILENT)) {
            publisher.start();
            TransportException error =
                    assertThrows(TransportException.class, () -> publisher.awaitReady(Duration.ofMillis(1500)));
            assertEquals(
                    "broker " + url + " not reachable within 1.5 s: nothing answers there (connection refused);"
                            + " start it or give another address",
                    error.getMessage());
        }
    }

    @Test
    void shouldRefuseConfigurationWhenItMakesNoSense() {
        for (String url : new String[] {"localhost:1883", "tcp://host", "http://host:1", "tcp://:1", "tcp://h:70000"}) {
            IllegalArgumentException error =
                    assertThrows(IllegalArgumentException.class, () -> TransportConfig.of(url, "x"));
            assertTrue(error.getMessage().startsWith("url=" + url + ": expected tcp://"), error.getMessage());
        }
        String shown =
                TransportConfig.of("tcp://h:1", "x").withLogin("me", "secret").toString();
        assertFalse(shown.contains("secret"), shown);
    }

    static TransportConfig config(String url) {
        return TransportConfig.of(url, "test-" + ProcessHandle.current().pid())
                .withWindow(8, 4096)
                .withTimes(
                        Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMillis(200));
    }

    static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static PublishResult publish(MqttTransport transport) {
        return transport.publish(TOPICS.gaze(Eye.LEFT), PAYLOAD, 0, PAYLOAD.length, 0, false, 1, "application/cbor");
    }

    /** Remembers what happened to a connection. */
    static final class Events implements ConnectionListener {

        private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(lines.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
        }

        @Override
        public void connected() {
            lines.add("connected");
        }

        @Override
        public void disconnected(String reason) {
            lines.add("disconnected: " + reason);
        }

        @Override
        public void connectFailed(String reason) {
            lines.add("failed: " + reason);
        }
    }
}
