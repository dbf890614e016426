package org.flatgaze.accel.device;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Registers mapped into memory through Linux UIO, such as a block in an FPGA.
 *
 * <p>Only aligned 32-bit accesses are made, since that is what device memory allows on every board; registers are
 * little-endian. A device that has gone reads as all ones, which the driver takes for nobody.
 */
public final class UioRegisterBus implements RegisterBus {

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
    private static final boolean ORDER_IS_OURS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final Path file;
    private final MemorySegment memory;
    private boolean closed;

    private UioRegisterBus(Path file, MemorySegment memory) {
        this.file = file;
        this.memory = memory;
    }

    /**
     * Maps the first memory of a UIO device, as long as the kernel says.
     *
     * @param device such as /dev/uio0
     * @throws BusException if it is not there or not permitted; says what to do
     */
    public static UioRegisterBus open(Path device) throws BusException {
        Path size = Path.of("/sys/class/uio", String.valueOf(device.getFileName()), "maps/map0/size");
        try {
            return map(device, Long.decode(Files.readString(size).strip()));
        } catch (IOException | NumberFormatException e) {
            throw new BusException(
                    BusException.Kind.GONE,
                    device + ": no such UIO device (" + size + " cannot be read); load its driver, see 'ls /dev/uio*'",
                    e);
        }
    }

    /**
     * Maps so many bytes of any file.
     *
     * @throws BusException if the file cannot be mapped
     */
    public static UioRegisterBus map(Path file, long bytes) throws BusException {
        if (bytes <= RegisterMap.WINDOW) {
            throw new BusException(
                    BusException.Kind.GONE,
                    file + ": " + bytes + " bytes mapped; expected more than " + RegisterMap.WINDOW
                            + ", registers and a window");
        }
        return new UioRegisterBus(file, MappedMemory.map(file, bytes));
    }

    @Override
    public String description() {
        return "uio " + file;
    }

    @Override
    public int read(int address) throws BusException {
        int value = (int) WORD.getVolatile(memory, offset(address, 4));
        return ORDER_IS_OURS ? value : Integer.reverseBytes(value);
    }

    @Override
    public void write(int address, int value) throws BusException {
        WORD.setVolatile(memory, offset(address, 4), ORDER_IS_OURS ? value : Integer.reverseBytes(value));
    }

    private long offset(int address, int length) throws BusException {
        if (closed || address < 0 || address % 4 != 0 || address + (long) length > memory.byteSize()) {
            throw new BusException(
                    BusException.Kind.GONE,
                    closed ? "the mapping is closed" : "address 0x" + Integer.toHexString(address) + " is not mapped");
        }
        return address;
    }

    @Override
    public int readBlock(int address, ByteBuffer to, int offset, int length) throws BusException {
        long base = offset(address, length);
        int done = 0;
        for (; done + 4 <= length; done += 4) {
            putWord(to, offset + done, memory.get(ValueLayout.JAVA_INT, base + done));
        }
        if (done < length) {
            // Words are in the machine's order here: byte i of the block is byte i of the word in memory.
            int word = memory.get(ValueLayout.JAVA_INT, base + done);
            for (int i = 0; done < length; i++, done++) {
                to.put(offset + done, (byte) (word >>> shift(i)));
            }
        }
        return length;
    }

    @Override
    public int writeBlock(int address, ByteBuffer from, int offset, int length) throws BusException {
        long base = offset(address, length);
        int done = 0;
        for (; done + 4 <= length; done += 4) {
            memory.set(ValueLayout.JAVA_INT, base + done, getWord(from, offset + done));
        }
        if (done < length) {
            int word = memory.get(ValueLayout.JAVA_INT, base + done);
            int at = done;
            for (int i = 0; done < length; i++, done++) {
                word = (word & ~(0xff << shift(i))) | ((from.get(offset + done) & 0xff) << shift(i));
            }
            memory.set(ValueLayout.JAVA_INT, base + at, word);
        }
        // The doorbell that follows is a volatile write: everything above is in memory before it.
        return length;
    }

    private static int shift(int byteOfWord) {
        return 8 * (ORDER_IS_OURS ? byteOfWord : 3 - byteOfWord);
    }

    private static void putWord(ByteBuffer to, int at, int word) {
        to.putInt(at, to.order() == ByteOrder.nativeOrder() ? word : Integer.reverseBytes(word));
    }

    private static int getWord(ByteBuffer from, int at) {
        int word = from.getInt(at);
        return from.order() == ByteOrder.nativeOrder() ? word : Integer.reverseBytes(word);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            MappedMemory.unmap(memory);
        }
    }
}
