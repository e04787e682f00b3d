import type { FrameLocator, Page } from 'playwright-core';
import { takePicture } from './picture.js';
import { waitFor } from './wait.js';

/** Temporal's Web UI as a person on call uses it: by the words on its buttons. */
export class WebUi {
  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  /** The list, narrowed by a query such as an alert links to. */
  async list(query: string): Promise<void> {
    await this.page.goto(`${this.url}/namespaces/default/workflows?query=${encodeURIComponent(query)}`);
  }

  /** Puts search attributes into the list, in place of what says little. */
  async showColumns(...names: string[]): Promise<void> {
    await this.page.getByTestId('workflows-summary-table-configuration-button').click();
    for (const name of ['Run ID', 'Type', 'End']) await this.page.getByRole('button', { name: `Remove ${name} column` }).click();
    for (const name of names) await this.page.getByRole('button', { name: `Add ${name} column` }).click();
    await this.page.getByRole('button', { name: 'Close Workflows Table configuration' }).first().click();
    await this.page.getByRole('heading', { name: 'Configure Workflows Table' }).waitFor({ state: 'detached' });
  }

  /** From the list to the deploy's details. */
  async openDeploy(target: string): Promise<void> {
    await this.page
      .getByRole('link', { name: `deploy/${target}` })
      .first()
      .click();
    await this.page.getByRole('tab', { name: 'User Metadata' }).click();
  }

  /** The page that the workflow draws of itself. */
  get details(): FrameLocator {
    return this.page.locator('iframe').last().contentFrame();
  }

  /** Refreshes, as the page tells to, until its details match. */
  async untilDetails(pattern: RegExp): Promise<void> {
    await waitFor(
      async () => {
        await this.page.keyboard.press('r');
        return pattern.test(await this.details.locator('body').innerText({ timeout: 1_000 }));
      },
      { what: `details that match ${String(pattern)}` },
    );
  }

  /** Sends an update through its form. */
  async update(name: string, data: Record<string, string>, picture?: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const form = this.page.getByRole('dialog', { name: 'Send an Update' });
    await form.getByRole('button', { name: 'Select an Update' }).click();
    await this.page.getByRole('option', { name: new RegExp(`^${name} `) }).click();
    await form.getByRole('textbox').last().click();
    // Pasted: the tab takes each typed r for its shortcut.
    await this.page.keyboard.insertText(JSON.stringify(data));
    // The form takes the data apart and moves its buttons when the field is left.
    await this.page.keyboard.press('Shift+Tab');
    if (picture !== undefined) await this.picture(picture);
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'hidden' });
  }

  picture(name: string): Promise<void> {
    return takePicture(this.page, name);
  }
}
