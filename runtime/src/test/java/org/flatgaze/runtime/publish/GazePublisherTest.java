package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.publish.FakeTransport.Message;
import org.flatgaze.runtime.publish.PublisherConfig.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GazePublisherTest {

    private static final Topics TOPICS = new Topics("test");
    private static final String GAZE = TOPICS.gaze(Eye.LEFT);

    private final FakeTransport broker = new FakeTransport();
    private final ConcurrentLinkedQueue<GazeSample> ring = new ConcurrentLinkedQueue<>();
    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Set<String> setUp = ConcurrentHashMap.newKeySet();
    private GazePublisher publisher;

    @AfterEach
    void close() {
        publisher.close();
    }

    @Test
    void shouldLetTheListenerSetUpThePublishThreadBeforeItPublishesAndTheOneThatConnects() throws Exception {
        startOnline(Mode.LOSSLESS);
        assertTrue(setUp.contains("publish"));
        Waiting.until("connecting thread set up", FakeTransport.DEADLINE, () -> setUp.contains("connect"));
    }

    @Test
    void shouldSendInfoAndStateBeforeGazeWhenConnected() throws Exception {
        start(Mode.LOSSLESS);
        offer(1);
        broker.goOnline();
        Message info = broker.next();
        assertEquals(TOPICS.info(), info.topic());
        assertTrue(info.retain());
        assertEquals(1, info.qos());
        assertTrue(info.text().contains("\"sha256\":\"000"), info.text());
        Message state = broker.next();
        assertEquals(TOPICS.state(), state.topic());
        assertEquals("init", state.text());
        assertTrue(state.retain());
        Message gaze = broker.next();
        assertEquals(GAZE, gaze.topic());
        assertFalse(gaze.retain());
        assertEquals(0, gaze.qos());
        assertEquals(1, gaze.expirySeconds());
        assertEquals("application/cbor", gaze.contentType());
        assertEquals("user-3a", gaze.gaze().calibrationId());
    }

    @Test
    void shouldSendNewestAndCountTheRestWhenBrokerStalls() throws Exception {
        startOnline(Mode.NEWEST);
        broker.stallGaze(true);
        for (int i = 0; i < 500; i++) {
            offer(i);
        }
        Waiting.until("ring empty", FakeTransport.DEADLINE, () -> counters().droppedFull() == 499);
        assertTrue(broker.messages.isEmpty());
        broker.stallGaze(false);
        assertEquals(499, broker.next().gaze().sequence());
        Waiting.until("counted", FakeTransport.DEADLINE, () -> counters().published() == 1);
        assertEquals(new PublisherCounters(1, 499, 0, 0, 0, 1, counters().bytes()), counters());
    }

    @Test
    void shouldKeepNothingOverOutageWhenNewest() throws Exception {
        startOnline(Mode.NEWEST);
        broker.goOffline();
        for (int i = 0; i < 300; i++) {
            offer(i);
        }
        Waiting.until("dropped", FakeTransport.DEADLINE, () -> counters().droppedOffline() == 300);
        broker.goOnline();
        assertEquals(TOPICS.info(), broker.next().topic());
        assertEquals(TOPICS.state(), broker.next().topic());
        Message alert = broker.next();
        assertEquals(TOPICS.alert(), alert.topic());
        assertTrue(alert.text().contains("broker_lost") && alert.text().contains("pulled"), alert.text());
        offer(300);
        assertEquals(300, broker.next().gaze().sequence());
        assertEquals(1, counters().reconnects());
        assertEquals(
                List.of(
                        "connected again=false",
                        "broker tcp://fake:1883 lost: pulled; reconnecting by itself",
                        "connected again=true"),
                heard);
    }

    @Test
    void shouldLoseNothingWhenLosslessAndBrokerStallsAndGoes() throws Exception {
        startOnline(Mode.LOSSLESS);
        broker.stallGaze(true);
        for (int i = 0; i < 200; i++) {
            offer(i);
        }
        broker.goOffline();
        broker.stallGaze(false);
        broker.goOnline();
        assertTrue(publisher.finish(FakeTransport.DEADLINE));
        List<Long> sequences = new ArrayList<>();
        for (Message message : broker.messages) {
            if (message.topic().equals(GAZE)) {
                sequences.add(message.gaze().sequence());
            }
        }
        assertEquals(200, sequences.size());
        for (int i = 0; i < 200; i++) {
            assertEquals(i, sequences.get(i));
        }
        assertEquals(200, counters().published());
        assertEquals(0, counters().dropped());
    }

    @Test
    void shouldSkipToFreshSampleWhenThreadWasHeldUp() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        // The publish thread is kept in poll, as a collection pause would, while eleven samples gather.
        start(Mode.NEWEST, held);
        broker.goOnline();
        for (int i = 0; i < 10; i++) {
            offer(i);
        }
        clock.addAndGet(9_000_000);
        offer(10);
        held.countDown();
        assertEquals(TOPICS.info(), broker.next().topic());
        assertEquals(TOPICS.state(), broker.next().topic());
        assertEquals(10, broker.next().gaze().sequence());
        Waiting.until("counted", FakeTransport.DEADLINE, () -> counters().published() == 1);
        assertEquals(10, counters().droppedStale());
    }

    @Test
    void shouldNeverSendSampleWhenItHasExpired() throws Exception {
        startOnline(Mode.NEWEST);
        GazeSample old = sample(1);
        old.publishNanos = clock.get() - 1_500_000_000L;
        ring.add(old);
        Waiting.until("stale", FakeTransport.DEADLINE, () -> counters().droppedStale() == 1);
        assertTrue(broker.messages.isEmpty());
    }

    @Test
    void shouldSendAgainWhenStateOrInfoChanges() throws Exception {
        startOnline(Mode.NEWEST);
        publisher.state(DeviceState.READY);
        assertEquals("ready", broker.next().text());
        publisher.info(Devices.info().withCalibrationId(null));
        assertTrue(broker.next().text().contains("\"cal\":null"));
        offer(1);
        assertNull(broker.next().gaze().calibrationId());
        publisher.alert("accelerator_lost", "device does not answer; on the CPU now");
        publisher.state(DeviceState.DEGRADED);
        List<String> texts = List.of(broker.next().text(), broker.next().text());
        assertTrue(texts.contains("degraded"), texts.toString());
        assertTrue(texts.toString().contains("accelerator_lost"), texts.toString());
    }

    @Test
    void shouldSayDisconnectedWhenClosed() throws Exception {
        startOnline(Mode.NEWEST);
        publisher.close();
        Message last = broker.next();
        assertEquals(TOPICS.state(), last.topic());
        assertEquals("disconnected", last.text());
    }

    @Test
    void shouldGoOnWhenOneSampleFails() throws Exception {
        startOnline(Mode.LOSSLESS);
        broker.failOnce(new IllegalStateException("boom"));
        offer(1);
        Waiting.until("failed", FakeTransport.DEADLINE, () -> counters().failed() == 1);
        offer(2);
        assertEquals(2, broker.next().gaze().sequence());
        assertTrue(heard.getLast().contains("boom"), heard.toString());
    }

    @Test
    void shouldSayOneLineWhenBrokerDoesNotAnswer() {
        start(Mode.LOSSLESS);
        TransportException error =
                assertThrows(TransportException.class, () -> publisher.awaitReady(Duration.ofMillis(50)));
        assertEquals(
                "broker tcp://fake:1883 not reachable within 0.05 s: nobody there; start it or give another address",
                error.getMessage());
    }

    private void startOnline(Mode mode) throws Exception {
        start(mode);
        broker.goOnline();
        publisher.awaitReady(FakeTransport.DEADLINE);
        broker.next();
        broker.next();
    }

    private void start(Mode mode) {
        start(mode, new CountDownLatch(0));
    }

    private void start(Mode mode, CountDownLatch held) {
        SampleSource source = into -> {
            awaitQuietly(held);
            GazeSample sample = ring.poll();
            if (sample != null) {
                into.set(sample);
            }
            return sample != null;
        };
        PublisherListener listener = new PublisherListener() {
            @Override
            public void onThread() {
                setUp.add(Thread.currentThread().getName());
            }

            @Override
            public void brokerConnected(boolean again) {
                heard.add("connected again=" + again);
            }

            @Override
            public void brokerLost(String line) {
                heard.add(line);
            }

            @Override
            public void publishFailed(String line) {
                heard.add(line);
            }
        };
        publisher = new GazePublisher(
                PublisherConfig.of(TOPICS, Eye.LEFT, mode),
                Devices.info(),
                broker,
                source,
                listener,
                clock::get,
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        publisher.start();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(long sequence) {
        ring.add(sample(sequence));
        publisher.wake();
    }

    private GazeSample sample(long sequence) {
        GazeSample sample = Samples.ok();
        sample.sequence = sequence;
        sample.captureNanos = clock.get() - 2_000_000;
        sample.publishNanos = clock.get();
        return sample;
    }

    private PublisherCounters counters() {
        return publisher.counters();
    }
}
