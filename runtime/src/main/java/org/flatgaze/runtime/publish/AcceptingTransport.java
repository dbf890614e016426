package org.flatgaze.runtime.publish;

import java.time.Duration;

/** A transport that tells, on the publish thread, when a message of one topic was accepted for sending. */
public final class AcceptingTransport implements MqttTransport {

    private final MqttTransport inner;
    private final String topic;
    private final Runnable accepted;

    /**
     * Wraps a transport.
     *
     * @param topic the topic that counts
     * @param accepted called on the publish thread after each accepted message of that topic
     */
    public AcceptingTransport(MqttTransport inner, String topic, Runnable accepted) {
        this.inner = inner;
        this.topic = topic;
        this.accepted = accepted;
    }

    @Override
    public PublishResult publish(
            String messageTopic,
            byte[] buffer,
            int offset,
            int length,
            int qos,
            boolean retain,
            int expirySeconds,
            String contentType) {
        PublishResult result =
                inner.publish(messageTopic, buffer, offset, length, qos, retain, expirySeconds, contentType);
        if (result == PublishResult.ACCEPTED && messageTopic.equals(topic)) {
            accepted.run();
        }
        return result;
    }

    @Override
    public PublishResult publish(Letter letter) {
        return inner.publish(letter);
    }

    @Override
    public void subscribe(String filter, int qos, MessageListener listener) {
        inner.subscribe(filter, qos, listener);
    }

    @Override
    public void connect(ConnectionListener listener) {
        inner.connect(listener);
    }

    @Override
    public boolean awaitConnected(Duration deadline) throws InterruptedException {
        return inner.awaitConnected(deadline);
    }

    @Override
    public boolean isConnected() {
        return inner.isConnected();
    }

    @Override
    public boolean awaitRoom(long nanos) throws InterruptedException {
        return inner.awaitRoom(nanos);
    }

    @Override
    public boolean flush(Duration deadline) throws InterruptedException {
        return inner.flush(deadline);
    }

    @Override
    public String lastError() {
        return inner.lastError();
    }

    @Override
    public String address() {
        return inner.address();
    }

    @Override
    public void close() {
        inner.close();
    }
}
