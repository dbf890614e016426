package org.flatgaze.runtime.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.publish.DeviceInfo;
import org.flatgaze.runtime.publish.DeviceState;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeEncoding;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.PublisherConfig;
import org.flatgaze.runtime.publish.PublisherConfig.Mode;
import org.flatgaze.runtime.publish.PublisherCounters;
import org.flatgaze.runtime.publish.PublisherListener;
import org.flatgaze.runtime.publish.SampleSource;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.junit.jupiter.api.Test;

class BrokerProcessTest {

    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Topics TOPICS = new Topics("demo");
    private static final int BURST = 5000;

    @Test
    void shouldCarryEveryFrameOfBurstToSubscriberAndLeaveNothingBehind() throws Exception {
        BrokerProcess broker = BrokerProcess.startWithSubscriber(TOPICS, 0);
        try (broker) {
            PublisherCounters counters = publish(broker.url(), GazeEncoding.CBOR, BURST);
            assertEquals(BURST, counters.published());
            assertEquals(0, counters.dropped());
            SubscriberSummary summary = broker.subscriber().await(BURST, DEADLINE);
            System.out.println("burst: " + summary);
            assertEquals("", summary.firstFault());
            assertEquals(BURST, summary.received());
            assertTrue(summary.clean(), summary.toString());
            assertEquals(0, summary.firstSequence());
            assertEquals(BURST - 1, summary.lastSequence());
            assertEquals(counters.bytes(), summary.bytes());
            assertEquals(1, summary.infos());
            assertEquals(Map.of("ok", BURST / 2L, "late", BURST / 2L), summary.statuses());
            long end = System.nanoTime() + DEADLINE.toNanos();
            String state = summary.state();
            while (!state.equals("disconnected") && System.nanoTime() - end < 0) {
                state = broker.subscriber()
                        .await(BURST + 1L, Duration.ofMillis(20))
                        .state();
            }
            assertEquals("disconnected", state);
        }
        assertFalse(broker.isAlive());
    }

    @Test
    void shouldCheckBrokerFromProcessOfItsOwnWhenJson() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start();
                DemoSubscriber subscriber = DemoSubscriber.connect(broker.url(), TOPICS, 1)) {
            publish(broker.url(), GazeEncoding.JSON, 100);
            SubscriberSummary summary = subscriber.await(100, DEADLINE);
            assertEquals(100, summary.received());
            assertTrue(summary.clean(), summary.toString());
            // The topic is quiet now: the deadline ends the wait for one more.
            assertEquals(100, subscriber.await(101, Duration.ofMillis(1)).received());
        }
    }

    @Test
    void shouldSayOneLineWhenPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            ChildException error = assertThrows(ChildException.class, () -> BrokerProcess.startOn(port));
            assertTrue(
                    error.getMessage().startsWith("broker: port " + port + " on 127.0.0.1 is taken"), error.toString());
        }
    }

    @Test
    void shouldSayOneLineWhenBrokerOfSubscriberIsGone() throws Exception {
        BrokerProcess broker = BrokerProcess.startWithSubscriber(TOPICS, 0);
        broker.kill();
        ChildException error =
                assertThrows(ChildException.class, () -> broker.subscriber().await(1, Duration.ofMillis(10)));
        assertTrue(error.getMessage().startsWith("broker: "), error.getMessage());
        broker.close();
    }

    @Test
    void shouldCountGapsDuplicatesAndDisorder() throws Exception {
        GazeTally tally = new GazeTally();
        for (long sequence : new long[] {10, 11, 11, 15, 12}) {
            tally.message(TOPICS.gaze(Eye.LEFT), TestMessages.cbor(sequence), "application/cbor");
        }
        tally.message(TOPICS.gaze(Eye.LEFT), new byte[] {1, 2, 3}, "application/cbor");
        SubscriberSummary summary = tally.await(6, DEADLINE);
        assertEquals(6, summary.received());
        assertEquals(1, summary.malformed());
        assertEquals(3, summary.missing());
        assertEquals(1, summary.duplicates());
        assertEquals(1, summary.outOfOrder());
        assertFalse(summary.clean());
        assertEquals(summary, SubscriberSummary.parse(summary.toJson()));
    }

    private static PublisherCounters publish(String url, GazeEncoding encoding, int count) throws Exception {
        AtomicInteger next = new AtomicInteger();
        SampleSource source = into -> {
            if (next.get() == count) {
                return false;
            }
            fill(into, next.getAndIncrement());
            return true;
        };
        DeviceInfo info = new DeviceInfo("0.1.0", "test", 0, 50, "cpu", List.of(), null, false);
        try (GazePublisher publisher = new GazePublisher(
                PublisherConfig.of(TOPICS, Eye.LEFT, Mode.LOSSLESS).withEncoding(encoding),
                info,
                new PahoTransport(TransportConfig.of(url, "test-publisher").withWill(TOPICS)),
                source,
                PublisherListener.SILENT)) {
            publisher.start();
            publisher.awaitReady(DEADLINE);
            publisher.state(DeviceState.READY);
            assertTrue(publisher.finish(DEADLINE));
            return publisher.counters();
        }
    }

    private static void fill(GazeSample sample, int sequence) {
        sample.clear();
        sample.sequence = sequence;
        sample.captureNanos = System.nanoTime();
        sample.publishNanos = sample.captureNanos;
        if (sequence % 2 == 0) {
            sample.status = FrameStatus.OK;
            sample.dirX = 0.6f;
            sample.dirY = 0;
            sample.dirZ = -0.8f;
            sample.yawDeg = 36.87f;
            sample.pitchDeg = 0;
        } else {
            sample.status = FrameStatus.LATE;
        }
    }
}
