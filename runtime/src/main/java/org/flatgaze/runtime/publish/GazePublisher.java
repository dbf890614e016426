package org.flatgaze.runtime.publish;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.flatgaze.runtime.publish.PublisherConfig.Mode;

/**
 * Takes samples from their source and publishes them, on one thread of its own that never holds up the frame thread.
 *
 * <p>After every connect {@code info} and {@code state} go out before any gaze. At most one sample is held here. In
 * NEWEST mode a sample that cannot be sent gives way to the next one, nothing is kept over an outage, and every sample
 * that was not sent is counted; in LOSSLESS mode it stays until it can be sent and the source waits. QoS 0 makes no
 * promise about what was on its way when a connection broke, in either mode.
 *
 * <p>Encoding allocates nothing; the transport copies each message.
 */
public final class GazePublisher implements AutoCloseable {

    private static final long IDLE_NANOS = 500_000;
    private static final long ROOM_NANOS = 1_000_000;
    private static final long EXPIRY_NANOS = PublisherConfig.GAZE_EXPIRY_SECONDS * 1_000_000_000L;
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final PublisherConfig config;
    private final MqttTransport transport;
    private final SampleSource source;
    private final PublisherListener listener;
    private final LongSupplier monotonicNanos;
    private final DeviceAnnouncer announcer;
    private final GazeCodec codec;
    private final String gazeTopic;
    private final GazeSample sample = new GazeSample();
    private final Thread thread;
    private final CountDownLatch greeted = new CountDownLatch(1);
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile boolean finishing;
    private volatile boolean closing;
    private volatile long closeBy;
    private boolean started;

    // Written by the publish thread alone.
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong droppedFull = new AtomicLong();
    private final AtomicLong droppedOffline = new AtomicLong();
    private final AtomicLong droppedStale = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private boolean holding;
    private String calibrationId;

    /** A publisher on the system's clocks; CLOCK_MONOTONIC is what {@code System.nanoTime} reads on Linux. */
    public GazePublisher(
            PublisherConfig config,
            DeviceInfo info,
            MqttTransport transport,
            SampleSource source,
            PublisherListener listener) {
        this(config, info, transport, source, listener, System::nanoTime, Clock.systemUTC());
    }

    GazePublisher(
            PublisherConfig config,
            DeviceInfo info,
            MqttTransport transport,
            SampleSource source,
            PublisherListener listener,
            LongSupplier monotonicNanos,
            Clock utc) {
        this.config = config;
        this.transport = transport;
        this.source = source;
        this.listener = listener;
        this.monotonicNanos = monotonicNanos;
        announcer = new DeviceAnnouncer(config, info, transport, listener, monotonicNanos, utc);
        codec = new GazeCodec(config.encoding(), config.roiWidth(), config.roiHeight());
        calibrationId = info.calibrationId();
        codec.calibrationId(calibrationId);
        gazeTopic = config.topics().gaze(config.eye());
        thread = Thread.ofPlatform().daemon().name("publish").unstarted(this::run);
    }

    /** Starts connecting and publishing and returns at once. */
    public void start() {
        started = true;
        transport.connect(announcer);
        thread.start();
    }

    /**
     * Waits until {@code info} and {@code state} are out.
     *
     * @throws TransportException if {@code deadline} passes first; one line with address, reason and remedy
     */
    public void awaitReady(Duration deadline) throws TransportException, InterruptedException {
        if (!greeted.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
            String reason = transport.lastError().isEmpty() ? "no answer" : transport.lastError();
            throw new TransportException("broker " + transport.address() + " not reachable within "
                    + deadline.toMillis() / 1000.0 + " s: " + reason + "; start it or give another address");
        }
    }

    /** Sets the life cycle state; any thread. */
    public void state(DeviceState state) {
        announcer.state(state);
        wake();
    }

    /** The state last set. */
    public DeviceState state() {
        return announcer.state();
    }

    /** Replaces what {@code info} says; its calibration id goes into the gaze messages that follow. Any thread. */
    public void info(DeviceInfo info) {
        announcer.info(info);
        wake();
    }

    /** What {@code info} says. */
    public DeviceInfo info() {
        return announcer.info();
    }

    /**
     * Reports a fault on the topic {@code alert}; any thread.
     *
     * @param code lower-case word with underscores
     * @param text one line for people
     */
    public void alert(String code, String text) {
        announcer.alert(code, text);
        wake();
    }

    /**
     * Sends a message beside the gaze, after those posted before; any thread. One that is retained is sent again after every
     * connect.
     */
    public void post(Letter letter) {
        announcer.post(letter);
        wake();
    }

    /** Tells the publish thread that there is a sample; cheap, allocates nothing, any thread. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** What was done so far; any thread. */
    public PublisherCounters counters() {
        return new PublisherCounters(
                published.get(),
                droppedFull.get(),
                droppedOffline.get(),
                droppedStale.get(),
                failed.get(),
                announcer.connects(),
                bytes.get());
    }

    /**
     * Waits until every sample that is in the source now has been published (or dropped, in NEWEST mode) and has left
     * this process; call it once, after the last sample.
     *
     * @return false when {@code deadline} passed first
     */
    public boolean finish(Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        finishing = true;
        wake();
        return drained.await(deadline.toNanos(), TimeUnit.NANOSECONDS)
                && transport.flush(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    /** Says {@code disconnected}, disconnects and stops; takes a few seconds at most. */
    @Override
    public void close() {
        if (started) {
            announcer.state(DeviceState.DISCONNECTED);
            closeBy = System.nanoTime() + GOODBYE.toNanos();
            closing = true;
            wake();
            try {
                thread.join(GOODBYE.plusSeconds(1));
                transport.flush(GOODBYE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        transport.close();
    }

    private void run() {
        listener.onThread();
        while (true) {
            try {
                // Read before announcing: then the goodbye, which was set before, is among what is announced.
                boolean last = closing;
                boolean announced = announcer.announce();
                if (announced) {
                    greeted.countDown();
                }
                if (last && (announced || !connected() || System.nanoTime() - closeBy > 0)) {
                    return;
                }
                if (!publishNext(announced)) {
                    if (finishing) {
                        drained.countDown();
                    }
                    source.awaitSample(IDLE_NANOS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // The edge of the thread: one bad sample must not silence the ones after it.
                holding = false;
                increment(failed);
                listener.publishFailed("publishing failed: " + e);
            }
        }
    }

    /** Deals with one sample; false when there is none. */
    private boolean publishNext(boolean announced) throws InterruptedException {
        if (!holding) {
            if (!source.poll(sample)) {
                return false;
            }
            holding = true;
        }
        long now = monotonicNanos.getAsLong();
        boolean newest = config.mode() == Mode.NEWEST;
        if (newest && overtaken(now)) {
            return true;
        }
        switch (announced ? send(now) : refusal()) {
            case ACCEPTED -> {
                holding = false;
                increment(published);
            }
            case OFFLINE -> {
                if (newest) {
                    holding = false;
                    increment(droppedOffline);
                } else {
                    source.awaitSample(ROOM_NANOS);
                }
            }
            case WINDOW_FULL -> {
                if (newest && source.poll(sample)) {
                    increment(droppedFull);
                } else {
                    awaitRoom();
                }
            }
        }
        return true;
    }

    /** Whether the held sample is too old to go out; a newer one, if any, is held instead. */
    private boolean overtaken(long now) {
        long age = now - sample.publishNanos;
        if (age > EXPIRY_NANOS) {
            holding = false;
            increment(droppedStale);
            return true;
        }
        if (age > config.sampleAgeMax().toNanos() && source.poll(sample)) {
            increment(droppedStale);
            return true;
        }
        return false;
    }

    private PublishResult send(long now) {
        String id = announcer.info().calibrationId();
        if (!Objects.equals(id, calibrationId)) {
            calibrationId = id;
            codec.calibrationId(id);
        }
        int length = codec.encode(sample, now);
        PublishResult result = transport.publish(
                gazeTopic,
                codec.buffer(),
                0,
                length,
                config.gazeQos(),
                false,
                PublisherConfig.GAZE_EXPIRY_SECONDS,
                config.encoding().contentType());
        if (result == PublishResult.ACCEPTED) {
            bytes.lazySet(bytes.get() + length);
        }
        return result;
    }

    private PublishResult refusal() {
        return connected() ? PublishResult.WINDOW_FULL : PublishResult.OFFLINE;
    }

    private boolean connected() {
        return transport.isConnected();
    }

    private void awaitRoom() throws InterruptedException {
        if (!transport.awaitRoom(ROOM_NANOS)) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
    }

    private static void increment(AtomicLong counter) {
        counter.lazySet(counter.get() + 1);
    }
}
