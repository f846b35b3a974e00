import { RegisterBlock } from './register-block.ts';

/** Everything between the modelled blocks: reads 0, ignores writes, and says so. */
export class Unimplemented extends RegisterBlock {
  reset(): void {}

  protected readWord(offset: number): number {
    this.unmodelled('no such register block on this board: read as 0', offset);
    return 0;
  }

  protected writeWord(offset: number): void {
    this.unmodelled('no such register block on this board: write ignored', offset);
  }
}
