package org.flatgaze.accel.device;

/** The far end of a {@link FramedBus}: takes a request frame apart and makes the answer, for a device behind it. */
final class FrameServer {

    private final SimulatedDevice device;
    private final BusFrame request = new BusFrame(BusFrame.PAYLOAD_MOST);
    private final BusFrame answer = new BusFrame(BusFrame.PAYLOAD_MOST);

    FrameServer(SimulatedDevice device) {
        this.device = device;
    }

    /** Memory for the request. */
    byte[] request() {
        return request.array();
    }

    /** Memory with the answer. */
    byte[] answer() {
        return answer.array();
    }

    /** Bytes that follow a request's head, tail included; -1 if the head is nonsense and the wire has lost its step. */
    int remainder() {
        int operation = request.bytes().getInt(0);
        int length = request.bytes().getInt(8);
        boolean known = operation == BusFrame.READ || operation == BusFrame.WRITE;
        if (!known || length < 1 || length > BusFrame.PAYLOAD_MOST) {
            return -1;
        }
        return (operation == BusFrame.WRITE ? length : 0) + BusFrame.TAIL;
    }

    /** Whether the device is there to answer. */
    boolean answers() {
        return device.answers();
    }

    /**
     * Executes the request. An answer to a read has the payload's full length whatever moved, so that both sides know
     * where it ends; one to a damaged request too.
     *
     * @return bytes of the answer
     */
    int serve() {
        int operation = request.bytes().getInt(0);
        int address = request.bytes().getInt(4);
        int length = request.bytes().getInt(8);
        boolean reads = operation == BusFrame.READ;
        int head = BusFrame.ANSWER_HEAD + (reads ? length : 0);
        if (!request.isSound(BusFrame.REQUEST_HEAD + (reads ? 0 : length))) {
            answer.answer(BusFrame.DAMAGED, 0);
            return answer.seal(head);
        }
        answer.answer(BusFrame.DONE, reads ? read(address, length) : write(address, length));
        return answer.seal(head);
    }

    private int read(int address, int length) {
        if (address >= RegisterMap.WINDOW) {
            return device.readBlock(address, answer.bytes(), BusFrame.ANSWER_HEAD, length);
        }
        answer.bytes().putInt(BusFrame.ANSWER_HEAD, device.read(address));
        return 4;
    }

    private int write(int address, int length) {
        if (address >= RegisterMap.WINDOW) {
            return device.writeBlock(address, request.bytes(), BusFrame.REQUEST_HEAD, length);
        }
        device.write(address, request.bytes().getInt(BusFrame.REQUEST_HEAD));
        return 4;
    }
}
