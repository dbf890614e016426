package org.flatgaze.runtime.publish;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A transport whose broker does what the test says. */
final class FakeTransport implements MqttTransport {

    static final Duration DEADLINE = Duration.ofSeconds(10);

    /** One message that the fake broker took. */
    @SuppressWarnings("ArrayRecordComponent")
    record Message(String topic, byte[] payload, int qos, boolean retain, int expirySeconds, String contentType) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        GazeMessage gaze() throws MalformedMessageException {
            return GazeMessage.decode(payload, contentType);
        }
    }

    final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private volatile ConnectionListener listener;
    private volatile boolean online;
    private volatile boolean gazeStalled;
    private volatile RuntimeException fault;

    void goOnline() {
        listener.connected();
        online = true;
    }

    void goOffline() {
        online = false;
        listener.disconnected("pulled");
    }

    void stallGaze(boolean stalled) {
        gazeStalled = stalled;
    }

    void failOnce(RuntimeException exception) {
        fault = exception;
    }

    /** The next message the broker took. */
    Message next() throws InterruptedException {
        Message message = messages.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        if (message == null) {
            throw new AssertionError("no message within " + DEADLINE);
        }
        return message;
    }

    @Override
    public void subscribe(String filter, int qos, MessageListener messageListener) {
        throw new UnsupportedOperationException("the publisher subscribes to nothing");
    }

    @Override
    public void connect(ConnectionListener connectionListener) {
        listener = connectionListener;
        Thread.ofPlatform().name("connect").start(listener::onThread);
    }

    @Override
    public boolean awaitConnected(Duration deadline) {
        return online;
    }

    @Override
    public PublishResult publish(
            String topic,
            byte[] buffer,
            int offset,
            int length,
            int qos,
            boolean retain,
            int expirySeconds,
            String contentType) {
        RuntimeException thrown = fault;
        boolean gaze = topic.contains("/gaze/");
        if (thrown != null && gaze) {
            fault = null;
            throw thrown;
        }
        if (!online) {
            return PublishResult.OFFLINE;
        }
        if (gaze && gazeStalled) {
            return PublishResult.WINDOW_FULL;
        }
        byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
        messages.add(new Message(topic, payload, qos, retain, expirySeconds, contentType));
        return PublishResult.ACCEPTED;
    }

    @Override
    public PublishResult publish(Letter letter) {
        if (!online) {
            return PublishResult.OFFLINE;
        }
        messages.add(new Message(
                letter.topic(), letter.payload(), letter.qos(), letter.retained(), 0, letter.contentType()));
        return PublishResult.ACCEPTED;
    }

    @Override
    public boolean isConnected() {
        return online;
    }

    @Override
    public boolean awaitRoom(long nanos) {
        return false;
    }

    @Override
    public boolean flush(Duration deadline) {
        return online;
    }

    @Override
    public String lastError() {
        return online ? "" : "nobody there";
    }

    @Override
    public String address() {
        return "tcp://fake:1883";
    }

    @Override
    public void close() {
        online = false;
    }
}
