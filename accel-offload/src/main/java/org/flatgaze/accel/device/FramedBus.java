package org.flatgaze.accel.device;

import java.nio.ByteBuffer;

/** Accesses as {@link BusFrame}s, one question and one answer at a time, over whatever {@link #exchange} does. */
abstract class FramedBus implements RegisterBus {

    private final BusFrame request;
    private final BusFrame answer;
    private final int payloadMost;

    /** @param payloadMost bytes of one frame's payload; longer blocks are cut */
    FramedBus(int payloadMost) {
        this.payloadMost = payloadMost;
        this.request = new BusFrame(payloadMost);
        this.answer = new BusFrame(payloadMost);
    }

    /**
     * Sends a request and receives exactly so many bytes of answer, in bounded time.
     *
     * @throws BusException if nobody answers
     */
    abstract void exchange(byte[] question, int length, byte[] reply, int replyLength) throws BusException;

    /** Called when an answer was damaged: what is left on the wire belongs to nothing any more. */
    void resynchronise() {}

    @Override
    public final int read(int address) throws BusException {
        request.request(BusFrame.READ, address, 4);
        ask(BusFrame.REQUEST_HEAD, 4);
        return answer.bytes().getInt(BusFrame.ANSWER_HEAD);
    }

    @Override
    public final void write(int address, int value) throws BusException {
        request.request(BusFrame.WRITE, address, 4);
        request.bytes().putInt(BusFrame.REQUEST_HEAD, value);
        ask(BusFrame.REQUEST_HEAD + 4, 0);
    }

    @Override
    public final int readBlock(int address, ByteBuffer to, int offset, int length) throws BusException {
        int done = 0;
        while (done < length) {
            int count = Math.min(payloadMost, length - done);
            request.request(BusFrame.READ, address + done, count);
            int arrived = ask(BusFrame.REQUEST_HEAD, count);
            to.put(offset + done, answer.bytes(), BusFrame.ANSWER_HEAD, count);
            done += arrived;
            if (arrived < count) {
                return done;
            }
        }
        return done;
    }

    @Override
    public final int writeBlock(int address, ByteBuffer from, int offset, int length) throws BusException {
        int done = 0;
        while (done < length) {
            int count = Math.min(payloadMost, length - done);
            request.request(BusFrame.WRITE, address + done, count);
            request.bytes().put(BusFrame.REQUEST_HEAD, from, offset + done, count);
            int taken = ask(BusFrame.REQUEST_HEAD + count, 0);
            done += taken;
            if (taken < count) {
                return done;
            }
        }
        return done;
    }

    /** Sends the request made; answers the length that the other side says it moved. */
    private int ask(int length, int payload) throws BusException {
        int head = BusFrame.ANSWER_HEAD + payload;
        exchange(request.array(), request.seal(length), answer.array(), head + BusFrame.TAIL);
        if (!answer.isSound(head)) {
            resynchronise();
            throw new BusException(BusException.Kind.GARBLED, description() + ": an answer arrived damaged");
        }
        if (answer.bytes().getInt(0) != BusFrame.DONE) {
            throw new BusException(BusException.Kind.GARBLED, description() + ": a request arrived damaged");
        }
        return answer.bytes().getInt(4);
    }
}
